"""The price of a seam: a video in chunks against the same video through one encoder, on real clips of a minute and more.

usage: seams.py WORKER CLIP...     BENCH_RUNS, BENCH_PRESET, BENCH_CHUNK (frames)

Prints bytes, VMAF of the whole, the PSNR of the frames after each seam, CPU and wall time, each against one encoder. Of
several clips, parts of all of them in a row are a further source, at 640×360 in 10 bits.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import imageio_ffmpeg

sys.path.insert(0, str(pathlib.Path(__file__).with_name("quality")))
import sources  # noqa: E402

WORKER, *CLIPS = sys.argv[1:]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PRESET = os.environ.get("BENCH_PRESET", "medium")
CHUNK = os.environ.get("BENCH_CHUNK", "500")
# Frames after a seam whose quality is compared.
AFTER = 12
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def encode(source, output, chunks):
    """Wall seconds, CPU seconds."""
    begin = time.monotonic()
    process = subprocess.Popen([WORKER, "encode", source, output, "--overwrite", "--preset", PRESET, "--larger", "keep",
                                "--chunks", chunks, "--log", "quiet"])  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{source}: exit status {status}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime


def seams(source):
    """The numbers of the frames that chunks begin with, but for the first."""
    text = subprocess.run([WORKER, "probe", source, "--chunks", CHUNK], check=True, capture_output=True, text=True).stdout
    starts = [float(value) for value in re.search(r"chunks: \d+, from (.*) s$", text, re.M)[1].split(", ")]
    times = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of",
                            "csv=p=0", source], check=True, capture_output=True, text=True).stdout  # fmt: skip
    frames = sorted(float(value.split(",")[0]) for value in times.split())
    first = frames[0]
    return [min(range(len(frames)), key=lambda n: abs(frames[n] - first - start)) for start in starts[1:]]


def psnr(source, output, folder):
    """Luma PSNR of each frame in dB."""
    log = folder / "psnr.log"
    subprocess.run([FFMPEG, "-v", "fatal", "-nostdin", "-i", output, "-i", source, "-lavfi",
                    f"[0:v:0]settb=1/25,setpts=N[a];[1:v:0]settb=1/25,setpts=N[b];[a][b]psnr=stats_file={log}", "-fps_mode", "passthrough", "-f", "null", "-"], check=True)  # fmt: skip
    return [float(value) if value != "inf" else 99.0 for value in re.findall(r"psnr_y:(\S+)", log.read_text())]


def vmaf(source, output, folder):
    """Mean over all frames: every fifth would be the P-frames of one encode and the B-frames of the other."""
    log = folder / "vmaf.json"
    subprocess.run([FFMPEG, "-v", "fatal", "-nostdin", "-i", output, "-i", source, "-lavfi",
                    f"[0:v:0]settb=1/25,setpts=N[a];[1:v:0]settb=1/25,setpts=N[b];[a][b]libvmaf=log_fmt=json:log_path={log}:n_threads=2",
                    "-fps_mode", "passthrough", "-f", "null", "-"], check=True)  # fmt: skip
    return json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"]


def lengthened(clip, folder):
    """The clip repeated until it has a minute."""
    seconds = float(subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", clip],
                                   check=True, capture_output=True, text=True).stdout)  # fmt: skip
    if seconds >= 60:
        return clip
    joined = folder / pathlib.Path(clip).name
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", str(int(60 / seconds)), "-i", clip, "-c",
                    "copy", joined], check=True)  # fmt: skip
    return joined


def compare(clip, folder):
    whole, chunked = folder / "whole.mp4", folder / "chunked.mp4"
    rounds = []
    for number in range(RUNS):
        order = [(whole, "off"), (chunked, CHUNK)]
        times = {output: encode(clip, output, chunks) for output, chunks in (order if number % 2 == 0 else order[::-1])}
        rounds.append((times[chunked][0] / times[whole][0], times[chunked][1] / times[whole][1]))
    wall, processor = (statistics.median(values) for values in zip(*rounds))
    places = seams(clip)
    one, other = psnr(clip, whole, folder), psnr(clip, chunked, folder)
    losses = [statistics.mean(one[place : place + AFTER]) - statistics.mean(other[place : place + AFTER]) for place in places]
    size = chunked.stat().st_size / whole.stat().st_size
    quality = vmaf(clip, chunked, folder) - vmaf(clip, whole, folder)
    print(
        f"{pathlib.Path(clip).name}: {len(one)} frames, {len(places) + 1} chunks: bytes {100 * (size - 1):+.2f} %, VMAF "
        f"{quality:+.3f}, PSNR after seams {-statistics.mean(losses):+.3f} dB (worst {-max(losses):+.3f}), CPU "
        f"{processor:.3f}, wall {wall:.3f}",
        flush=True,
    )


def main():
    print(f"{PRESET}, chunks of {CHUNK} frames, {RUNS} rounds; load {os.getloadavg()[0]:.2f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        for clip in CLIPS:
            compare(lengthened(clip, pathlib.Path(name)), pathlib.Path(name))
        if len(CLIPS) > 1:
            joined = pathlib.Path(name, "joined.mp4")
            sources.shuffled(CLIPS, joined, 10, 5, "640:360")
            compare(joined, pathlib.Path(name))


main()
