"""What `EncodeWorker estimate` says, and what the encode gives: size and CPU time of the sources of search.py.

    .venv/bin/python Benchmarks/quality/estimate.py WORKER FOLDER CLIP…

Each estimate and its encode run in turn, BENCH_PAIRS times (1); the CPU time is the median. BENCH_PRESET is the preset
(fast). The size has to be within 15 %, the CPU time within 20 %.
"""
import json
import os
import statistics
import subprocess
import sys

import search
import sources

PAIRS = int(os.environ.get("BENCH_PAIRS", "1"))


def main():
    worker, folder, *clips = sys.argv[1:]
    print(f"preset {search.PRESET}, CRF 24\n")
    print("| source | estimate, kB | encode, kB | | estimate, CPU-s | encode, CPU-s | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    sizes, times = [], []
    for source, _ in sources.make(folder, clips):
        rows = []
        for _ in range(PAIRS):
            text = subprocess.run([worker, "estimate", source, "--preset", search.PRESET, "--larger", "keep", "--json"],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout
            expected = json.loads(text)["videos"][0]
            report = search.encode(worker, source)
            rows.append((expected["bytesAfter"], report["output"]["bytes"], expected["cpuSeconds"],
                         report["resources"]["cpuSeconds"]))
        guess, real, before, after = map(statistics.median, zip(*rows))
        sizes.append(guess / real - 1)
        times.append(before / after - 1)
        print(f"| {source.stem} | {guess / 1000:.0f} | {real / 1000:.0f} | {sizes[-1]:+.1%} | {before:.1f} | "
              f"{after:.1f} | {times[-1]:+.1%} |", flush=True)
    for name, errors, most in ("size", sizes, 0.15), ("CPU time", times, 0.2):
        within = sum(abs(error) <= most for error in errors)
        print(f"{name}: {within} of {len(errors)} within {most:.0%}, at most {max(map(abs, errors)):.1%}")


if __name__ == "__main__":
    main()
