"""The built programs, and clips for them."""
import functools
import json
import os
import pathlib
import subprocess
import tempfile
import time

from translated import ROOT

FUNCTION = pathlib.Path(os.environ.get("REELPRESS_FUNCTION", ROOT / ".build" / "debug" / "TriggerFunction"))
WORKER = pathlib.Path(os.environ.get("REELPRESS_WORKER", ROOT / ".build" / "debug" / "EncodeWorker"))
_folder = tempfile.TemporaryDirectory(prefix="reelpress-clips-")


@functools.cache
def clip(size, frames, keyframes=250):
    """The path of a clip of H.264 and AAC, with a keyframe every `keyframes` frames."""
    path = pathlib.Path(_folder.name) / f"{size}-{frames}-{keyframes}.mp4"
    subprocess.run([
        "ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25", "-f", "lavfi", "-i",
        "sine", "-frames:v", str(frames), "-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18",
        "-g", str(keyframes), "-pix_fmt", "yuv420p", "-c:a", "aac", path], check=True)
    return path


def streams(path):
    """A file's streams as ffprobe reports them."""
    run = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", path], check=True, capture_output=True)
    return json.loads(run.stdout)["streams"]


def eventually(condition, what, limit=300):
    """Waits for a true value, at most `limit` seconds, and returns it."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {limit} s")
