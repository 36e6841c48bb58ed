"""What `--crf auto` promises, and what the whole file has: ten sources of a minute, made from real clips.

    .venv/bin/python Benchmarks/quality/search.py WORKER FOLDER CLIP…

FOLDER keeps the sources. The first four clips also become a source each. BENCH_PRESET is the preset (fast). Prints, for
each source, the CRF, the mean XPSNR that the samples promise and that of the whole file, and the CPU time of the search
as a share of the encode's. In nine of ten, promise and file have to be within 0.25 dB.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import sources

PRESET = os.environ.get("BENCH_PRESET", "fast")
CLOSE = 0.25


def encode(worker, source, *options):
    """The report of an encode."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.mp4"
        subprocess.run([worker, "encode", source, out, "--preset", PRESET, "--larger", "keep", *options], check=True,
                       stdout=subprocess.DEVNULL)
        return json.loads(out.with_name("out.mp4.json").read_text())


def main():
    worker, folder, *clips = sys.argv[1:]
    print(f"preset {PRESET}\n")
    print("| source | frames | bits | CRF | promised, dB | measured | difference | share of the CPU time |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    close, crfs, shares = 0, [], []
    made = sources.make(folder, clips)
    for source, bits in made:
        report = encode(worker, source, "--crf", "auto")
        search, mean = report.get("search", {}), report["quality"]["xpsnr"]["mean"]
        if "expected" not in search:
            print(f"| {source.stem} | {report['frames']['encoded']} | {bits} | too short to be searched |", flush=True)
            continue
        share = search["cpuSeconds"] / (report["resources"]["cpuSeconds"] - search["cpuSeconds"])
        off = mean - search["expected"]
        close += abs(off) <= CLOSE
        crfs.append(search["crf"])
        shares.append(share)
        print(f"| {source.stem} | {report['frames']['encoded']} | {bits} | {search['crf']} | {search['expected']:.2f} | "
              f"{mean:.2f} | {off:+.2f} | {share:.1%} |", flush=True)
    print(f"\n{close} of {len(crfs)} within {CLOSE} dB; CRF {min(crfs)} to {max(crfs)}; the search takes "
          f"{min(shares):.1%} to {max(shares):.1%} of the encode's CPU time")


if __name__ == "__main__":
    main()
