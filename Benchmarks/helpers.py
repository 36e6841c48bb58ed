"""A lead and a helper against the lead alone, in a bucket that moto serves: each worker has one processor.
As root.

usage: helpers.py WORKER CLIP     BENCH_RUNS, BENCH_PRESET, BENCH_CHUNK (frames), BENCH_SECONDS

The helper is started as soon as the plan is there: what a task on Fargate needs to start is no part of it. Prints, pair
by pair, how many times as fast both are, and the ratio of the CPU times. moto runs on the same processors.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

from harness.aws import Moto  # noqa: E402
from processors import Pinned  # noqa: E402

WORKER, CLIP = sys.argv[1:]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PRESET = os.environ.get("BENCH_PRESET", "veryfast")
CHUNK = os.environ.get("BENCH_CHUNK", "50")
SECONDS = os.environ.get("BENCH_SECONDS", "24")
BUCKET = "bench"


def start(group, environment):
    return subprocess.Popen([*group.words, WORKER], env=environment, stdout=subprocess.DEVNULL)


def wait(workers):
    """The workers' CPU seconds."""
    seconds = 0
    for worker in workers:
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        if worker.returncode:
            sys.exit(f"a worker ended with {worker.returncode}")
        seconds += usage.ru_utime + usage.ru_stime
    return seconds


def plan(s3):
    """The plan's key, as soon as there is one."""
    while True:
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix="work/").get("Contents", [])]
        found = [key for key in keys if key.endswith("/plan.json")]
        if found:
            return found[0]
        time.sleep(0.02)


def encode(server, clip, helps):
    """Wall and CPU seconds of the job, with a helper or without."""
    s3 = server.client("s3")
    for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    s3.upload_file(str(clip), BUCKET, "input/preserve/clip.mp4")
    common = os.environ | server.environment | {"S3_BUCKET": BUCKET}
    with Pinned(0) as own, Pinned(1) as others:
        begin = time.monotonic()
        workers = [start(own, common | {
            "S3_KEY": "input/preserve/clip.mp4", "AWS_BATCH_JOB_ID": "lead", "AWS_BATCH_JOB_ATTEMPT": "1",
            "REELPRESS_CHUNKS": CHUNK, "REELPRESS_PRESET": PRESET, "REELPRESS_LARGER": "keep"})]  # fmt: skip
        if helps:
            workers.append(start(others, common | {
                "REELPRESS_PLAN": plan(s3), "AWS_BATCH_JOB_ID": "helpers:0", "AWS_BATCH_JOB_ATTEMPT": "1"}))  # fmt: skip
        cpu = wait(workers)
        wall = time.monotonic() - begin
    s3.head_object(Bucket=BUCKET, Key="output/preserve/clip.mp4")
    return wall, cpu


def main():
    with tempfile.TemporaryDirectory() as name, Moto() as server:
        server.client("s3").create_bucket(Bucket=BUCKET)
        clip = pathlib.Path(name, "clip.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-stream_loop", "-1", "-i", CLIP, "-t", SECONDS, "-vf",
                        "scale=1920:1080", "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-g", "25", "-an", clip],
                       check=True)  # fmt: skip
        print(f"1080p, {PRESET}, {SECONDS} s in chunks of {CHUNK} frames, {RUNS} rounds; load {os.getloadavg()[0]:.2f}", flush=True)
        speedups, costs = [], []
        for number in range(RUNS):
            # Each is the first one in turn.
            order = (False, True) if number % 2 == 0 else (True, False)
            times = {helps: encode(server, clip, helps) for helps in order}
            speedups.append(times[False][0] / times[True][0])
            costs.append(times[True][1] / times[False][1])
            print(f"  alone {times[False][0]:.1f} s, CPU {times[False][1]:.1f} s; with a helper {times[True][0]:.1f} s, "
                  f"CPU {times[True][1]:.1f} s: {speedups[-1]:.3f} times as fast, CPU {costs[-1]:.3f}", flush=True)  # fmt: skip
    print(f"  times as fast: {statistics.median(speedups):.3f}; CPU: {statistics.median(costs):.3f}")


if __name__ == "__main__":
    main()
