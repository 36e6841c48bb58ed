"""Sources of a minute or more, made from real clips: what a benchmark of samples needs.

Parts of some seconds of all clips, shuffled, are harder than any film: each part is another video. The first sources
are one clip each, repeated where it is short.
"""
import os
import pathlib
import random
import re
import subprocess

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SECONDS = int(os.environ.get("BENCH_SECONDS", "64"))
RATE = 25


def run(*arguments):
    subprocess.run([FFMPEG, "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def duration(clip):
    text = subprocess.run([FFMPEG, "-nostdin", "-i", clip], capture_output=True, text=True).stderr
    hours, minutes, seconds = re.search(r"Duration: (\d+):(\d+):([\d.]+)", text).groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def encoder(bits, number):
    """H.264 of a high quality, with different distances of keyframes, as phones, editors and downloads have."""
    pixels = "yuv420p10le" if bits == 10 else "yuv420p"
    return ["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", 14, "-g", [25, 60, 250][number % 3],
            "-pix_fmt", pixels]


def repeated(clip, out, bits, number):
    """One clip, at its own size, again and again; at the usual frame rate, so that there are enough frames."""
    run("-stream_loop", -1, "-r", RATE, "-i", clip, "-t", SECONDS, "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2", *encoder(bits, number),
        out)


def shuffled(clips, out, bits, number, size):
    """All clips in a random order, up to 12 seconds of each."""
    chance = random.Random(number)
    parts, total = [], 0
    while total < SECONDS:
        for clip in chance.sample(clips, len(clips)):
            length = min(chance.uniform(4, 12), duration(clip))
            parts.append((clip, chance.uniform(0, max(0, duration(clip) - length - 0.2)), length))
            total += length
            if total >= SECONDS:
                break
    inputs = [word for clip, start, length in parts for word in ("-ss", f"{start:.3f}", "-t", f"{length:.3f}", "-i", clip)]
    alike = f"fps={RATE},scale={size}:flags=bicubic,setsar=1,format=yuv420p10le"
    graph = ";".join(f"[{index}:v]{alike}[v{index}]" for index in range(len(parts)))
    joined = "".join(f"[v{index}]" for index in range(len(parts)))
    run(*inputs, "-filter_complex", f"{graph};{joined}concat=n={len(parts)}[v]", "-map", "[v]", *encoder(bits, number), out)


def make(folder, clips):
    """Ten sources as (path, bits), of which those that are there already are kept."""
    sources = []
    for number in range(10):
        bits = 10 if number % 3 == 2 else 8
        out = pathlib.Path(folder) / f"{number}.mp4"
        sources.append((out, bits))
        if out.exists():
            continue
        partial = out.with_name("partial.mp4")
        if number < 4:
            repeated(clips[number % len(clips)], partial, bits, number)
        else:
            shuffled(clips, partial, bits, number, ["480:270", "416:234", "640:360"][number % 3])
        partial.rename(out)
    return sources
