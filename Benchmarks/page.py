"""What a report's page costs: encodes of two minutes at 1080p, alternately with its frames and without.

    .venv/bin/python Benchmarks/page.py WORKER CLIP

The worker has no setting that leaves out the frames alone, so the encodes without have no encoder for JPEG
(no_images.c). Frames are taken by their number and quality, not by the encoder's speed: their CPU time is measured with
the preset that disturbs the measurement least, and compared with an encode with the default preset, which is timed on the
first part of the clip. Prints the CPU time (user and system) and the peak of the resident memory. They may be 1 % and
32 MiB.

BENCH_FRAMES, BENCH_PAIRS, BENCH_SIZE (1920:1080), BENCH_PIXELS (yuv420p), BENCH_CHUNKS (auto)
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

FRAMES = int(os.environ.get("BENCH_FRAMES", "3000"))
PAIRS = int(os.environ.get("BENCH_PAIRS", "3"))
SIZE = os.environ.get("BENCH_SIZE", "1920:1080")
PIXELS = os.environ.get("BENCH_PIXELS", "yuv420p")
CHUNKS = os.environ.get("BENCH_CHUNKS", "auto")
# Frames that are encoded with the default preset.
SLOW_FRAMES = int(os.environ.get("BENCH_SLOW_FRAMES", "150"))


def encode(worker, source, preset, preload=None):
    """CPU seconds and the peak of the resident memory in bytes, without keeping the output."""
    before = os.times()
    output = source.with_name("out.mp4")
    subprocess.run(
        [worker, "encode", source, output, "--overwrite", "--larger", "keep", "--skip-hevc-below", "0", "--chunks", CHUNKS,
         "--preset", preset], check=True, stdout=subprocess.DEVNULL,
        env=os.environ | ({"LD_PRELOAD": str(preload)} if preload else {}))
    after = os.times()
    report = json.loads(output.with_name("out.mp4.json").read_text())
    page = output.with_name("out.mp4.html")
    if ("data:image/jpeg" in page.read_text()) == bool(preload):
        raise SystemExit("the encode without frames has some, or the one with them has none")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, report["resources"]["peakResidentBytes"]


def clip(path, source, frames):
    """Makes a source of some frames, from a clip that is repeated."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", source, "-an", "-frames:v", str(frames),
         "-vf", f"scale={SIZE}:flags=fast_bilinear,format={PIXELS}", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20",
         "-g", "50", path], check=True)
    return path


def main():
    worker, source = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        preload = folder / "no_images.so"
        code = pathlib.Path(__file__).with_name("no_images.c")
        subprocess.run(["clang", "-shared", "-fPIC", "-O", code, "-o", preload], check=True)
        whole, part = clip(folder / "whole.mp4", source, FRAMES), clip(folder / "part.mp4", source, SLOW_FRAMES)
        print(f"{FRAMES} frames, {SIZE}, {PIXELS}, chunks {CHUNKS}; load {os.getloadavg()[0]:.2f}", flush=True)
        seconds, memory = [], []
        for _ in range(PAIRS):
            without, with_frames = encode(worker, whole, "ultrafast", preload), encode(worker, whole, "ultrafast")
            seconds.append(with_frames[0] - without[0])
            memory.append((with_frames[1] - without[1]) / 2**20)
            print(f"  without {without[0]:.2f} s, {without[1] / 2**20:.1f} MiB; "
                  f"with {with_frames[0]:.2f} s, {with_frames[1] / 2**20:.1f} MiB", flush=True)
        usual = encode(worker, part, "medium")[0] * FRAMES / SLOW_FRAMES
    cost = statistics.median(seconds)
    print(f"the page: {cost:.2f} s of CPU, {cost / usual:.2%} of an encode with the preset medium ({usual:.0f} s); "
          f"{statistics.median(memory):.1f} MiB")


if __name__ == "__main__":
    main()
