"""The CPU time of measuring XPSNR: encodes of one clip at 1080p, alternately with and without it.

    .venv/bin/python Benchmarks/measuring.py WORKER CLIP

Scales the first frames of CLIP to 1080p. Prints the ratio of the CPU times (user and system), with the preset medium, in
8 and in 10 bits. It has to be at most 1.03. The page's images, which need measured frames, are part of it: some hundred
milliseconds for a whole video, so that a clip of two seconds would show them rather than the measuring.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

FRAMES = int(os.environ.get("BENCH_FRAMES", "130"))
PAIRS = int(os.environ.get("BENCH_PAIRS", "3"))


def cpu_seconds(worker, source, measure):
    """Encodes without keeping the output."""
    before = os.times()
    output = source.with_name("out.mp4")
    subprocess.run([worker, "encode", source, output, "--overwrite", "--larger", "keep", "--skip-hevc-below", "0",
                    "--measure", measure], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


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
                off, on = (cpu_seconds(worker, source, measure) for measure in ("off", "xpsnr"))
                ratios.append(on / off)
                print(f"{bits} bits: {off:.2f} s without, {on:.2f} s with: {on / off:.3f}", flush=True)
            print(f"{bits} bits: {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
