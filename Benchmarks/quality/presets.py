"""The cheapest preset: bytes and CPU time of x265's presets at equal XPSNR, and what an hour of video costs with them.

    .venv/bin/python Benchmarks/quality/presets.py WORKER OUT.json CLIP…

Encodes the first frames of each clip (BENCH_FRAMES, 60) at two CRFs with each preset. Between the two, bytes and CPU time
at the XPSNR of medium at CRF 24 are interpolated. Results are added to OUT.json as they come; what is there is not
measured again.
"""
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import cost

FRAMES = int(os.environ.get("BENCH_FRAMES", "60"))
PRESETS = ["veryfast", "faster", "fast", "medium", "slow", "slower"]
CRFS = [22.5, 25.5]
USUAL = "medium", 24
# An hour of 1080p, of docs/cost.md: 24 frames per second, CPU-seconds and bytes of a frame with medium and CRF 24.
HOUR, FRAME_SECONDS, FRAME_BYTES = 24 * 3600, 0.2, 12_000
# S3 Standard and Glacier Instant Retrieval in us-east-1, US dollars for a GB and month: Amazon S3 Pricing.
STORAGE = {"Standard": 0.023, "Glacier Instant Retrieval": 0.004}
YEARS = [1, 5, 10]


def encode(worker, source, preset, crf):
    """XPSNR in dB, bytes of the video, CPU-seconds."""
    out = source.with_name("out.mp4")
    subprocess.run([worker, "encode", source, out, "--overwrite", "--larger", "keep", "--skip-hevc-below", "0",
                    "--chunks", "off", "--preset", preset, "--crf", str(crf)], check=True, stdout=subprocess.DEVNULL)
    report = json.loads(out.with_name("out.mp4.json").read_text())
    quality = report["quality"]
    return quality["xpsnr"]["mean"], sum(quality["timeline"]["bytes"]), report["resources"]["cpuSeconds"]


def measure(worker, clip):
    """The values of one clip, by preset."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "source.mkv"
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", clip, "-an", "-frames:v", str(FRAMES), "-vf",
                        "crop=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p", "-fps_mode", "passthrough", "-c:v", "ffv1",
                        source], check=True)
        return {preset: [encode(worker, source, preset, crf) for crf in CRFS] for preset in PRESETS}


def at(rows, share):
    """XPSNR, bytes and CPU time so far from the first CRF to the second."""
    (xpsnr, *one), (other, *two) = rows
    return xpsnr + (other - xpsnr) * share, *(a ** (1 - share) * b ** share for a, b in zip(one, two))


def relative(values):
    """Bytes and CPU time of each preset in terms of medium's, at the same XPSNR."""
    preset, crf = USUAL
    target, size, seconds = at(values[preset], (crf - CRFS[0]) / (CRFS[1] - CRFS[0]))
    result = {}
    for preset, rows in values.items():
        _, other, cpu = at(rows, (target - rows[0][0]) / (rows[1][0] - rows[0][0]))
        result[preset] = other / size, cpu / seconds
    return result


def mean(numbers):
    return math.exp(statistics.mean(map(math.log, numbers)))


def main():
    worker, out, *clips = sys.argv[1:]
    out = pathlib.Path(out)
    results = json.loads(out.read_text()) if out.exists() else {}
    for clip in clips:
        name = pathlib.Path(clip).name
        if name not in results:
            results[name] = measure(worker, clip)
            out.write_text(json.dumps(results, indent=1))
    clips = {name: relative(values) for name, values in results.items()}
    print("| preset | bytes (least and most of a clip) | CPU time |\n| --- | --- | --- |")
    for preset in PRESETS:
        sizes, times = zip(*(values[preset] for values in clips.values()))
        print(f"| {preset} | {mean(sizes):.3f} ({min(sizes):.2f} to {max(sizes):.2f}) | {mean(times):.2f} |")
    task = cost.Task(1, 2)
    for storage, price in STORAGE.items():
        print(f"\nS3 {storage}\n\n| preset | encode | GB | {' | '.join(f'{year} years' for year in YEARS)} |")
        print("| --- | --- | --- |" + " --- |" * len(YEARS))
        for preset in PRESETS:
            size = mean(values[preset][0] for values in clips.values())
            time = mean(values[preset][1] for values in clips.values())
            once, gigabytes = HOUR * FRAME_SECONDS * time / 3600 * task.hour, HOUR * FRAME_BYTES * size / 1e9
            sums = [f"${once + gigabytes * price * 12 * year:.3f}" for year in YEARS]
            print(f"| {preset} | ${once:.3f} | {gigabytes:.3f} | {' | '.join(sums)} |")


if __name__ == "__main__":
    main()
