"""Speed, bytes and quality of two builds of the worker on one clip, alternately: the image's (x265 4.x) and another.

usage: speed.py CLIP WORKER WORKER     BENCH_RUNS, BENCH_PRESET, BENCH_SECONDS (of the clip)
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

CLIP, *WORKERS = sys.argv[1:4]
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
PRESET = os.environ.get("BENCH_PRESET", "medium")
SECONDS = os.environ.get("BENCH_SECONDS", "4")


def encode(worker, source, folder):
    """The report of one encode."""
    output = folder / "output.mp4"
    subprocess.run([worker, "encode", source, output, "--overwrite", "--preset", PRESET, "--larger", "keep", "--log",
                    "quiet"], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    return json.loads(pathlib.Path(f"{output}.json").read_text())


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / "source.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-t", SECONDS, "-i", CLIP, "-map", "0:v", "-c", "copy",
                        source], check=True)  # fmt: skip
        for worker in WORKERS:
            encode(worker, source, folder)
        print(f"{CLIP}, {SECONDS} s, {PRESET}, {RUNS} rounds; load {os.getloadavg()[0]:.2f} before", flush=True)
        rounds = [[encode(worker, source, folder) for worker in WORKERS] for _ in range(RUNS)]
        print(f"load {os.getloadavg()[0]:.2f} after")
    for worker, reports in zip(WORKERS, zip(*rounds)):
        speeds = [report["resources"]["framesPerSecond"] for report in reports]
        processor = statistics.median(report["resources"]["cpuSeconds"] for report in reports)
        last = reports[-1]
        print(
            f"  x265 {last['versions']['x265']}, FFmpeg {last['versions']['ffmpeg']}: {statistics.median(speeds):.2f} fps "
            f"({min(speeds):.2f} to {max(speeds):.2f}), {processor:.1f} CPU s, {last['output']['bytes']:,} bytes, "
            f"{last['quality']['lumaPSNR']:.3f} dB, SSIM {last['quality']['lumaSSIM']:.5f}  {worker}"
        )
    first, second = ([report["resources"]["framesPerSecond"] for report in reports] for reports in zip(*rounds))
    ratios = [a / b for a, b in zip(first, second)]
    print(f"  fps, first / second: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


main()
