"""The programs that make sources, that are compared with Reelpress, and that read files' properties."""

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command, within=120, check=True):
    """Runs a program and returns its standard output; the exception of one that fails has its standard error."""
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, timeout=within, text=True,
        errors="replace")
    if check and done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-600:]}")
    return done.stdout


# Frames from one keyframe of a source to the next; None leaves that to the encoder.
keyframe_interval = None


def ffmpeg(*arguments):
    """Debian's ffmpeg. The last argument is the output."""
    encodes = any(name == "-c:v" and codec != "copy" for name, codec in zip(arguments, arguments[1:]))
    options = ("-g", str(keyframe_interval)) if keyframe_interval and encodes else ()
    return run("ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y", *arguments[:-1], *options, arguments[-1])


def new_ffmpeg():
    """The path of a current ffmpeg, from PyPI's imageio-ffmpeg."""
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def current_ffmpeg(*arguments):
    return run(new_ffmpeg(), "-nostdin", "-hide_banner", "-v", "error", "-y", *arguments)


def ffprobe(path, *entries):
    return json.loads(run("ffprobe", "-v", "error", "-of", "json", *entries, path))


def mediainfo(path):
    return json.loads(run("mediainfo", "--Output=JSON", path))["media"]["track"]


def handbrake():
    return shutil.which("HandBrakeCLI")
