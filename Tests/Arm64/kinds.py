"""The kinds of videos that both workers encode: small and short, since an emulated second takes twenty."""

import dataclasses
from collections.abc import Callable

import programs  # noqa: F401 (makes the following ones importable)

import parts
from cases import CASES
from tools import ffmpeg, run


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of video.

    - suffix, make: of its source, and what makes it at a path.
    - options: of the worker.
    - expected: what ffmpeg's filters make of the source, as the worker should.
    - container: of the output.
    """

    suffix: str
    make: Callable
    options: tuple = ("--preset", "veryfast")
    expected: str = "null"
    container: str = "mp4"


def known(name, **others):
    """One of the catalogue of scripts/formats."""
    suffix, make = CASES[name]
    return Kind(suffix, make, **others)


def cropped(path):
    plain = path.with_name("plain.mkv")
    ffmpeg(*parts.video("320x240"), *parts.tone(), *parts.h264(), "-c:a", "aac", plain)
    run("mkvmerge", "-q", "-o", path, "--cropping", "0:0,30,0,30", plain)


def banner(path):
    """Wider than 1440p, and low."""
    ffmpeg(*parts.video("3840x144", seconds=0.32), *parts.tone(), *parts.h264(bframes=2), "-c:a", "aac", path)


def entered(path, seconds=1):
    """With a keyframe every eight frames, where chunks can begin."""
    ffmpeg(*parts.video(seconds=seconds), *parts.tone(seconds=seconds), *parts.h264(bframes=2), "-g", "8", "-c:a", "aac", path)


KINDS = {
    "8 bits, AAC, medium": known("H.264 in mp4", options=("--preset", "medium")),
    "10 bits, HDR10": known("HDR10"),
    "variable frame rate": known("VFR in mp4"),
    "interlaced": known("H.264 interlaced", expected="bwdif=mode=send_frame:parity=auto:deint=interlaced"),
    "subtitles, fonts, a cover": known("all kinds of subtitles, fonts and a cover", container="mkv"),
    "4:2:2, PCM, a timecode": known("a camera's recording", container="mkv"),
    "rotated": known("H.264 rotated by 90°"),
    "turned, since Matroska can't say it": known("H.264 rotated, in need of Matroska", container="mkv"),
    "cropped": Kind("mkv", cropped, expected="crop=320:180:0:30"),
    "odd size, 4:4:4": known("H.264 of odd size", expected="pad=322:182,fillborders=right=1:bottom=1:mode=smear"),
    "anamorphic": known("H.264 anamorphic"),
    "scaled down": Kind("mp4", banner, ("--preset", "veryfast", "--policy", "downscale"), "scale=2560:96:flags=lanczos"),
    "in chunks": Kind("mp4", entered, ("--preset", "veryfast", "--chunks", "8")),
    "AV1, 10 bits": known("AV1 10-bit HDR10"),
}
