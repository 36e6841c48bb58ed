"""Processor time of two builds of the worker with the same libraries, side by side on a processor each. As root.

usage: side_by_side.py CLIP WORKER WORKER     BENCH_RUNS, BENCH_PRESET, BENCH_FRAMES, BENCH_HEIGHTS (1080 2160)

What a build gains may be less than what the machine's speed changes between two runs: so both run at the same time, then again
on exchanged processors. Each round has new copies of both programs, since where a file lies in memory makes up to a tenth, for
all runs of it. Prints the median and the quartiles of first / second over the rounds.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from processors import Pinned

CLIP, *WORKERS = sys.argv[1:4]
RUNS = int(os.environ.get("BENCH_RUNS", "12"))
PRESET = os.environ.get("BENCH_PRESET", "medium")
FRAMES = os.environ.get("BENCH_FRAMES", "24")
HEIGHTS = os.environ.get("BENCH_HEIGHTS", "1080 2160").split()


def both(programs, source, folder, groups):
    """The reports of two encodes at the same time, each in its own control group."""
    outputs = [folder / f"{number}.mp4" for number in range(len(programs))]
    running = [
        subprocess.Popen([*group.words, program, "encode", source, output, "--overwrite", "--preset", PRESET, "--larger",
                          "keep", "--log", "quiet"], stdout=subprocess.DEVNULL)
        for program, output, group in zip(programs, outputs, groups)
    ]  # fmt: skip
    if any([process.wait() for process in running]):
        raise SystemExit("a worker failed")
    return [json.loads(output.with_name(f"{output.name}.json").read_text()) for output in outputs]


def round_of(source, folder, groups):
    """First / second processor time of one round; SystemExit where their outputs have not the same size."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        programs = [shutil.copy(worker, f"{name}/{number}") for number, worker in enumerate(WORKERS)]
        straight = both(programs, source, folder, groups)
        crossed = both(programs, source, folder, groups[::-1])
    if len({run["output"]["bytes"] for run in straight + crossed}) != 1:
        raise SystemExit(f"the outputs differ: {[run['output']['bytes'] for run in straight + crossed]} bytes")
    first, second = (
        a["resources"]["cpuSeconds"] + b["resources"]["cpuSeconds"] for a, b in zip(straight, crossed)
    )
    return first / second


def main():
    with tempfile.TemporaryDirectory() as name, Pinned(0) as one, Pinned(1) as other:
        folder = pathlib.Path(name)
        for height in HEIGHTS:
            source = folder / f"{height}.mp4"
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", CLIP, "-map", "0:v", "-frames:v", FRAMES, "-vf",
                            f"scale=-2:{height}", "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", source],
                           check=True)  # fmt: skip
            ratios = [round_of(source, folder, (one, other)) for _ in range(RUNS)]
            lower, median, upper = statistics.quantiles(ratios, n=4)
            print(
                f"{pathlib.Path(CLIP).name}, {height}p, {FRAMES} frames, {PRESET}, {RUNS} rounds: "
                f"processor time {median:.3f} (quartiles {lower:.3f} to {upper:.3f})",
                flush=True,
            )


main()
