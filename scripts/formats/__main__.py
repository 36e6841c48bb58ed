"""Makes sources of all kinds, encodes them with Reelpress, ffmpeg and HandBrake, and reports what each loses.

    .venv/bin/python scripts/formats WORKER [--write docs/formats.md] [--only TEXT] [--share N --seed S] [--alone]
    .venv/bin/python scripts/formats WORKER --sources FOLDER        only makes the sources
    .venv/bin/python scripts/formats make NAME PATH                 makes one source, for a test
    .venv/bin/python scripts/formats list                           prints their names

Ends with 1 where Reelpress lost something without a note.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cases
import compare
import facts
import table
import tools
from tools import ffmpeg, handbrake, run


def main():
    if sys.argv[1:2] == ["make"]:
        return make(sys.argv[2:])
    if sys.argv[1:] == ["list"]:
        for name, (suffix, _) in cases.CASES.items():
            print(f"{name} (.{suffix})")
        return 0
    parser = argparse.ArgumentParser(epilog="`make NAME PATH` makes one source, and `list` prints their names.")
    parser.add_argument("worker")
    parser.add_argument("--write")
    parser.add_argument("--only", default="")
    parser.add_argument("--share", type=int, help="how many sources, picked by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="only Reelpress")
    parser.add_argument("--sources", help="the folder for the sources: nothing is encoded")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keyframes", type=int, help="a keyframe every so many frames of each source")
    parser.add_argument("--keep", help="a folder that keeps all files")
    options = parser.parse_args()
    tools.keyframe_interval = options.keyframes
    names = [name for name in cases.CASES if options.only in name]
    if options.share:
        names = random.Random(options.seed).sample(names, min(options.share, len(names)))
    if options.sources:
        for name in names:
            cases.make(name, Path(options.sources, f"{name.replace('/', '-')}.{cases.CASES[name][0]}"))
        return 0
    rows = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda name: attempt(name, options), names):
            rows.append(row)
            print(table.line(row), flush=True)
    wrong = [row for row in rows if row.wrong]
    print(f"{len(rows)} {'case' if len(rows) == 1 else 'cases'}, {len(wrong)} wrong")
    for row in wrong:
        print(f"  {row.name}: {'; '.join(row.wrong)}")
    if options.write:
        Path(options.write).write_text(table.page(rows))
    return 1 if wrong else 0


def make(arguments):
    """Makes one source: the names are those of the catalogue, and so is the suffix of the path."""
    parser = argparse.ArgumentParser(prog="formats make")
    parser.add_argument("name")
    parser.add_argument("path", type=Path)
    options = parser.parse_args(arguments)
    if options.name not in cases.CASES:
        parser.error(f"no source is called {options.name}")
    suffix = cases.CASES[options.name][0]
    if options.path.suffix != f".{suffix}":
        parser.error(f"the source {options.name} is a .{suffix} file")
    cases.make(options.name, options.path)
    return 0


def attempt(name, options):
    folder = Path(options.keep) / name.replace("/", "-") if options.keep else Path(tempfile.mkdtemp(prefix="formats-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return one(name, folder, options)
    except Exception as error:
        return table.Row(name, cases.CASES[name][0], {}, wrong=[str(error).strip()[-300:]])
    finally:
        if not options.keep:
            shutil.rmtree(folder)


def one(name, folder, options):
    suffix, make = cases.CASES[name]
    bucket = folder / "bucket"
    source = bucket / "input/preserve" / f"source.{suffix}"
    making = folder / f"source.{suffix}"
    source.parent.mkdir(parents=True, exist_ok=True)
    make(making)
    shutil.copy(making, source)
    before = facts.of(source)
    row = table.Row(name, suffix, before)
    run(options.worker, "bucket", bucket, "--preset", "ultrafast", "--larger", "keep", check=False)
    report = json.loads((bucket / f"reports/preserve/source.{suffix}.json").read_text())
    row.notes = report["notes"]
    if "error" in report:
        row.error = report["error"]["message"]
        row.wrong.append(f"refused: {row.error}")
        return row
    output = next((bucket / "output/preserve").iterdir())
    row.container = output.suffix[1:]
    row.ours = compare.lost(before, facts.of(output))
    if not options.alone:
        row.peers["ffmpeg"] = losses(before, folder / f"ffmpeg.{row.container}", lambda path: ffmpeg(
            "-i", source, "-map", "0", "-c", "copy", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
            "log-level=none", path))
        if handbrake():
            row.peers["HandBrake"] = losses(before, folder / f"handbrake.{row.container}", lambda path: run(
                handbrake(), "-i", source, "-o", path, "-e", "x265_10bit" if before["deeper than 8 bits"] == "yes"
                else "x265", "--encoder-preset", "ultrafast", "-q", "24", "--all-audio", "-E", "copy",
                "--all-subtitles", "--markers", "--vfr", "--crop-mode", "none"))
    row.judge(report.get("noteDetails", []))
    return row


def losses(before, path, encode):
    """The properties that another program loses, or the reason why it wrote no output."""
    try:
        encode(path)
        return compare.lost(before, facts.of(path))
    except Exception as error:
        return str(error).strip().split("\n")[-1][:160] or "no output"


if __name__ == "__main__":
    sys.exit(main())
