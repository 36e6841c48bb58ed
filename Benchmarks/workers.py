"""Two workers on one video against one: each has one processor or two, with a video in chunks in a folder. As root.

usage: workers.py WORKER CLIP     BENCH_RUNS, BENCH_PRESET, BENCH_CHUNK (frames), BENCH_SECONDS

Prints the ratio of wall times, pair by pair, of two workers with one processor each to one worker with two, and the
speed-up of two workers on two processors over one worker on one.
"""

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from processors import Pinned

WORKER, CLIP = sys.argv[1:]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PRESET = os.environ.get("BENCH_PRESET", "veryfast")
CHUNK = os.environ.get("BENCH_CHUNK", "50")
# Some chunks for each worker: the last one is encoded by one of them alone.
SECONDS = os.environ.get("BENCH_SECONDS", "24")


def encode(folder, *workers):
    """Wall seconds until the last of the workers has ended; each has a tuple of processors."""
    source = folder / "bucket/input/preserve/clip.mp4"
    subprocess.run(["rm", "-rf", folder / "bucket"], check=True)
    source.parent.mkdir(parents=True)
    os.link(folder / "clip.mp4", source)
    with contextlib.ExitStack() as stack:
        groups = [stack.enter_context(Pinned(*processors)) for processors in workers]
        begin = time.monotonic()
        running = [
            subprocess.Popen([*group.words, WORKER, "bucket", folder / "bucket", "--preset", PRESET, "--larger", "keep",
                              "--chunks", CHUNK, "--log", "quiet"], stdout=subprocess.DEVNULL)
            for group in groups
        ]  # fmt: skip
        if any([worker.wait() for worker in running]):
            raise SystemExit("a worker failed")
        return time.monotonic() - begin


def main():
    shared, speedups, larger = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-stream_loop", "-1", "-i", CLIP, "-t", SECONDS, "-vf",
                        "scale=1920:1080", "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-g", "25", "-an",
                        folder / "clip.mp4"], check=True)  # fmt: skip
        print(f"1080p, {PRESET}, {SECONDS} s in chunks of {CHUNK} frames, {RUNS} rounds; load {os.getloadavg()[0]:.2f}", flush=True)
        for _ in range(RUNS):
            two, one, single = encode(folder, (0,), (1,)), encode(folder, (0, 1)), encode(folder, (0,))
            shared.append(two / one)
            speedups.append(single / two)
            larger.append(single / one)
            print(f"  one on one {single:.1f} s, one on two {one:.1f} s, two on two {two:.1f} s", flush=True)
    print(f"  two workers with one processor each / one with two: {statistics.median(shared):.3f} ({min(shared):.3f} to {max(shared):.3f})")
    print(f"  speed-up of two workers on two over one on one: {statistics.median(speedups):.3f} ({min(speedups):.3f} to {max(speedups):.3f})")
    print(f"  speed-up of one worker on two over one on one: {statistics.median(larger):.3f} ({min(larger):.3f} to {max(larger):.3f})")


main()
