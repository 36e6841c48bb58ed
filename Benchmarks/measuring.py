"""The CPU time of measuring XPSNR: encodes of one clip at 1080p, with and without it at the same time.

    .venv/bin/python Benchmarks/measuring.py WORKER CLIP

Scales the first frames of CLIP to 1080p. Prints the ratio of the CPU times (user and system), with the preset medium, in
8 and in 10 bits. It has to be at most 1.03. The speed of a virtual machine's processors changes by a quarter within
minutes: so both encodes run at once, one on each of two processors, and change places for the second half of a pair. The
page's images, which need measured frames, are part of it: some hundred milliseconds for a whole video, so that a clip of
two seconds would show them rather than the measuring.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

FRAMES = int(os.environ.get("BENCH_FRAMES", "130"))
PAIRS = int(os.environ.get("BENCH_PAIRS", "3"))


def start(worker, source, measure, processor):
    """Starts an encode on one processor."""
    output = source.with_name(f"{measure}.mp4")
    return subprocess.Popen(
        [worker, "encode", source, output, "--overwrite", "--larger", "keep", "--skip-hevc-below", "0", "--measure", measure],
        stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, {processor}))  # fmt: skip


def cpu_seconds(process):
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"exit status {status}")
    return usage.ru_utime + usage.ru_stime


def pair(worker, source):
    """CPU-seconds without and with measuring, on either processor."""
    one, other = sorted(os.sched_getaffinity(0))[:2]
    seconds = {"off": 0.0, "xpsnr": 0.0}
    for places in ({"off": one, "xpsnr": other}, {"off": other, "xpsnr": one}):
        running = {measure: start(worker, source, measure, places[measure]) for measure in places}
        for measure, process in running.items():
            seconds[measure] += cpu_seconds(process)
    return seconds["off"], seconds["xpsnr"]


def main():
    worker, clip = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for bits, pixels in ("8", "yuv420p"), ("10", "yuv420p10le"):
            source = pathlib.Path(folder) / f"{bits}.mkv"
            subprocess.run(
                ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", clip, "-an", "-frames:v", str(FRAMES), "-vf",
                 f"scale=1920:1080:flags=lanczos,format={pixels}", "-c:v", "libx264", "-preset", "veryfast", "-crf", "8", source], check=True)
            ratios = []
            for _ in range(PAIRS):
                off, on = pair(worker, source)
                ratios.append(on / off)
                print(f"{bits} bits: {off:.2f} s without, {on:.2f} s with: {on / off:.3f}", flush=True)
            print(f"{bits} bits: {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
