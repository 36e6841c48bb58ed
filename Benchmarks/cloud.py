"""Compares a job in a bucket with the shell way (`aws s3 cp` down, `ffmpeg -c:v libx265`, `aws s3 cp` up), both over a
link of 50 Mbit/s each way, alternately. The clip is so large that its transfers take a third of the encode's time.

usage: cloud.py WORKER CLIPS_FOLDER
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

from harness.aws import Rclone  # noqa: E402
from harness.processes import tool  # noqa: E402
from link import Link  # noqa: E402

WORKER, CLIPS = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
PRESET = os.environ.get("BENCH_PRESET", "medium")
MEGABITS = 50


def run(command, environment, folder):
    """Wall seconds, CPU seconds and bytes written to disks, by the kernel's count."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}\nended with {process.returncode}: {errors.decode(errors='replace')}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_oublock * 512


def encode(source, target):
    return ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-map", "0", "-c", "copy", "-c:v", "libx265", "-crf",
            "24", "-preset", PRESET, "-x265-params", "open-gop=0:psnr=1:ssim=1", "-tag:v", "hvc1", "-movflags",
            "+faststart", target]  # fmt: skip


def make_clip(folder):
    """A clip of so many bits that down and up take a third of its encode, by trying coarser and finer ones."""
    clip, output = f"{folder}/clip.mp4", f"{folder}/try.mp4"
    low, high = 0.0, 40.0
    for _ in range(6):
        quality = (low + high) / 2
        subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-y", "-t", str(SECONDS), "-i", f"{CLIPS}/bigbuckbunny.mp4", "-vf",
             "scale=1920:1080:flags=lanczos", "-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-crf", str(quality),
             "-c:a", "copy", clip], check=True)  # fmt: skip
        seconds = run(encode(clip, output), os.environ, folder)[0]
        size, result = os.path.getsize(clip), os.path.getsize(output)
        transfer = (size + result) * 8 / (MEGABITS * 1e6)
        print(f"  at CRF {quality:.1f}: {size / 1e6:.1f} MB to {result / 1e6:.1f} MB, encode {seconds:.1f} s, "
              f"transfers {transfer:.1f} s, share {transfer / seconds:.2f}", flush=True)  # fmt: skip
        if 0.31 <= transfer / seconds <= 0.36:
            break
        low, high = (quality, high) if transfer / seconds > 1 / 3 else (low, quality)
    os.remove(output)
    return clip


with tempfile.TemporaryDirectory() as folder:
    bucket = pathlib.Path(folder, "served", "bucket")
    (bucket / "input").mkdir(parents=True)
    print(f"a clip whose transfers at {MEGABITS} Mbit/s take a third of its encode, 1080p, {PRESET}:")
    clip = make_clip(folder)
    # A name for each round: an output that exists already would not be made again.
    for number in range(RUNS + 1):
        os.link(clip, bucket / "input" / f"{number}.mp4")
    with Rclone(bucket.parent) as server:
        environment = os.environ | server.environment | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{Link(server.port, MEGABITS).port}", "S3_BUCKET": "bucket",
            "REELPRESS_PRESET": PRESET, "REELPRESS_LARGER": "keep"}
        aws, ffmpeg = tool("aws"), " ".join(encode("down.mp4", "up.mp4"))
        pairs = []
        for number in range(RUNS + 1):
            key = f"input/{number}.mp4"
            ours = run([WORKER], environment | {"S3_KEY": key}, folder)
            report = json.loads((bucket / "reports" / "preserve" / f"{number}.mp4.json").read_text())
            assert report["status"] == "done", report
            shell = (f"{aws} s3 cp --quiet s3://bucket/{key} down.mp4 && {ffmpeg} && "
                     f"{aws} s3 cp --quiet up.mp4 s3://bucket/theirs.mp4 && rm down.mp4 up.mp4")  # fmt: skip
            theirs = run(["bash", "-c", shell], environment, folder)
            # The first pair only warms up.
            if number:
                pairs.append((ours, theirs))
        for column, name, unit in ((0, "wall", "s"), (1, "CPU", "s"), (2, "disk", "bytes")):
            a, b = ([pair[side][column] for pair in pairs] for side in (0, 1))
            ratios = [x / y for x, y in zip(a, b)] if min(b) else []
            ratio = f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})" if ratios else ""
            print(f"  {name:5} ours {statistics.median(a):12.2f} {unit}, the shell way {statistics.median(b):14.2f} {unit}"
                  f"   {ratio}")  # fmt: skip
