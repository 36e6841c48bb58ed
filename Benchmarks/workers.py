"""Two workers on one video against one: each has the CPU time of one processor or of two, with a video in chunks in a
folder. As root: the limit is a cgroup's, since x265's threads leave the processors that taskset gives them.

usage: workers.py WORKER CLIP     BENCH_RUNS, BENCH_PRESET, BENCH_CHUNK (frames)

Prints the ratio of wall times, pair by pair, of two workers with one processor each to one worker with two, and the
speed-up of two workers on two processors over one worker on one.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

WORKER, CLIP = sys.argv[1:]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PRESET = os.environ.get("BENCH_PRESET", "veryfast")
CHUNK = os.environ.get("BENCH_CHUNK", "50")


def limited(processors):
    """The words before a command that limit its CPU time."""
    group = pathlib.Path("/sys/fs/cgroup/cpu" if pathlib.Path("/sys/fs/cgroup/cpu").is_dir() else "/sys/fs/cgroup")
    folder = group / f"reelpress-{os.getpid()}-{limited.count}"
    limited.count += 1
    folder.mkdir()
    if (folder / "cpu.max").exists():
        (folder / "cpu.max").write_text(f"{processors * 100000} 100000")
    else:
        (folder / "cpu.cfs_quota_us").write_text(str(processors * 100000))
    return folder, ["sh", "-c", f'echo $$ >{folder}/cgroup.procs && exec "$@"', "sh"]


limited.count = 0


def encode(folder, *processors):
    """Wall seconds until the last of the workers, one with each number of processors, has ended."""
    source = folder / "bucket/input/preserve/clip.mp4"
    subprocess.run(["rm", "-rf", folder / "bucket"], check=True)
    source.parent.mkdir(parents=True)
    os.link(folder / "clip.mp4", source)
    groups = [limited(count) for count in processors]
    begin = time.monotonic()
    workers = [
        subprocess.Popen([*words, WORKER, "bucket", folder / "bucket", "--preset", PRESET, "--larger", "keep",
                          "--chunks", CHUNK, "--log", "quiet"], stdout=subprocess.DEVNULL)
        for _, words in groups
    ]  # fmt: skip
    if any([worker.wait() for worker in workers]):
        raise SystemExit("a worker failed")
    wall = time.monotonic() - begin
    for group, _ in groups:
        group.rmdir()
    return wall


def main():
    shared, speedups = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", CLIP, "-vf", "scale=1920:1080", "-c:v", "libx264",
                        "-preset", "veryfast", "-crf", "17", "-g", "25", "-c:a", "copy", folder / "clip.mp4"], check=True)  # fmt: skip
        print(f"1080p, {PRESET}, chunks of {CHUNK} frames, {RUNS} rounds; load {os.getloadavg()[0]:.2f}", flush=True)
        for _ in range(RUNS):
            two, one, single = encode(folder, 1, 1), encode(folder, 2), encode(folder, 1)
            shared.append(two / one)
            speedups.append(single / two)
    print(f"  two workers with one processor each / one with two: {statistics.median(shared):.3f} ({min(shared):.3f} to {max(shared):.3f})")
    print(f"  speed-up of two workers on two over one on one: {statistics.median(speedups):.3f} ({min(speedups):.3f} to {max(speedups):.3f})")


main()
