"""Compares the worker's local mode with ffmpeg with the same x265 settings, on one machine, in one run."""

import os
import subprocess
import sys
import tempfile

from compare import compare, measure

worker, clips = sys.argv[1], sys.argv[2]
runs = int(os.environ.get("BENCH_RUNS", "5"))
seconds = os.environ.get("BENCH_SECONDS", "4")
preset = os.environ.get("BENCH_PRESET", "medium")
x265 = "open-gop=0:psnr=1:ssim=1"


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)


def ours(source, policy, output, preset=preset):
    return [worker, "encode", source, output, "--overwrite", "--policy", policy, "--preset", preset, "--log", "quiet"]


def theirs(source, scale, output, params):
    filters = ["-vf", f"scale={scale}:flags=lanczos+accurate_rnd+full_chroma_inp"] if scale else []
    return [
        "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, *filters, "-map", "0", "-c", "copy",
        "-c:v", "libx265", "-crf", "24", "-preset", preset, "-x265-params", params,
        "-tag:v", "hvc1", "-movflags", "+faststart", output,
    ]  # fmt: skip


with tempfile.TemporaryDirectory() as folder:
    real = f"{clips}/bigbuckbunny.mp4"
    full_hd, ultra_hd = f"{folder}/1080p.mp4", f"{folder}/2160p.mp4"
    short, long = f"{folder}/short.mp4", f"{folder}/long.mp4"
    high = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-c:a", "copy"]
    ffmpeg("-t", seconds, "-i", real, "-vf", "scale=1920:1080:flags=lanczos", *high, full_hd)
    ffmpeg("-t", str(float(seconds) / 2), "-i", real, "-vf", "scale=3840:2160:flags=lanczos", *high, ultra_hd)
    ffmpeg("-stream_loop", "3", "-i", real, "-c", "copy", short)
    ffmpeg("-stream_loop", "39", "-i", real, "-c", "copy", long)

    a, b = f"{folder}/a.mp4", f"{folder}/b.mp4"
    measured = "the peer measures PSNR and SSIM too"
    bare = "the peer doesn't measure PSNR and SSIM, ours does"
    compare(f"1080p, {preset}: {measured}", ours(full_hd, "preserve", a), theirs(full_hd, "", b, x265), runs)
    compare(f"1080p, {preset}: {bare}", ours(full_hd, "preserve", a), theirs(full_hd, "", b, "open-gop=0"), runs)
    compare(
        f"2160p to 1440p, {preset}: {measured}",
        ours(ultra_hd, "downscale", a), theirs(ultra_hd, "2560:1440", b, x265), runs,
    )  # fmt: skip

    few, many = (measure(ours(source, "preserve", a, "ultrafast"))["peak MiB"] for source in (short, long))
    print(f"\npeak memory, a clip and one ten times as long: {few:.1f} and {many:.1f} MiB, ratio {many / few:.3f}")
