"""Shows which tests notice that a decision is wrong: applies the mutations of mutants.toml, one at a time.

    python3 scripts/mutants [--target AWSCoreTests …] [--file RetryPolicy …] [--whole] [--copy FOLDER]

Works in a copy of the tree, whose build is kept if --copy names a folder. Each mutation is compiled; then the unit tests of
its target run, and with --whole the whole-process tests where the unit tests notice nothing. Ends with status 1 if an entry
of the table is stale, if the tests fail without a mutation, or if a mutation was not noticed.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from harness import processes  # noqa: E402
from table import ROOT, Mutant, mutants, stale  # noqa: E402

# Seconds, and times what the unit tests take without a mutation: tests that hang have noticed something.
LIMIT, UNIT_LIMIT, UNIT_TIMES = 600, 60, 4
# Of one mutation, in the order of what is tried.
UNIT, WHOLE, UNSEEN, BROKEN = "unit tests", "whole-process tests", "UNSEEN", "does not compile"


def copy(folder: pathlib.Path) -> None:
    """Brings the tracked files of the tree into the folder; those that are the same already stay as they are."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, names):
        source, target = ROOT / name, folder / name
        if not source.is_file():
            continue
        if not target.is_file() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    tools = folder / ".venv"
    if not tools.exists():
        tools.symlink_to((ROOT / ".venv").resolve())


def build(folder: pathlib.Path) -> bool:
    """Whether everything that the tests need compiles."""
    command = ["swift", "build", "--build-tests"]
    return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0


def passes(folder: pathlib.Path, tests: str, limit: float = LIMIT) -> bool:
    """Whether the tests that a regular expression matches pass within so many seconds."""
    # `swift test` would start it in a session of its own, where a signal to ours doesn't reach it.
    bundle = folder.resolve() / ".build/debug/reelpressPackageTests.xctest"
    command = [bundle, "--testing-library", "swift-testing", "--filter", tests]
    process = processes.start(command, error=subprocess.DEVNULL)
    try:
        return process.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        # With what it has started.
        processes.end(process, patience=0)


def judge(mutant: Mutant, folder: pathlib.Path, limit: float, whole: bool) -> str:
    """Which tests notice a mutation; afterwards the copy is as it was."""
    path = folder / mutant.path
    text = path.read_text()
    path.write_text(mutant.source(folder))
    try:
        if not build(folder):
            return BROKEN
        if not passes(folder, rf"^{mutant.target}\.", limit):
            return UNIT
        if whole and mutant.whole and not passes(folder, mutant.whole):
            return WHOLE
        return UNSEEN
    finally:
        path.write_text(text)


def run(chosen: list[Mutant], folder: pathlib.Path, whole: bool) -> int:
    copy(folder)
    if not build(folder):
        print("the tree does not build without a mutation", file=sys.stderr)
        return 1
    limits: dict[str, float] = {}
    for target in sorted({mutant.target for mutant in chosen}):
        start = time.monotonic()
        if not passes(folder, rf"^{target}\."):
            print(f"{target} fails without a mutation", file=sys.stderr)
            return 1
        limits[target] = max(UNIT_LIMIT, UNIT_TIMES * (time.monotonic() - start))
    counts: dict[str, int] = {}
    for mutant in chosen:
        start = time.monotonic()
        outcome = judge(mutant, folder, limits[mutant.target], whole)
        counts[outcome] = counts.get(outcome, 0) + 1
        seconds = time.monotonic() - start
        name = mutant.path.removeprefix("Sources/")
        print(f"{outcome:20} {seconds:5.0f} s  {name}: {mutant.old.strip()}  →  {mutant.new.strip()}", flush=True)
    print(", ".join(f"{outcome}: {count}" for outcome, count in sorted(counts.items())), f"of {len(chosen)}")
    return 1 if set(counts) - {UNIT, WHOLE} else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--target", action="append", help="only mutations that these unit tests should notice")
    parser.add_argument("--file", action="append", help="only mutations of files whose path has one of these parts")
    parser.add_argument("--whole", action="store_true", help="run whole-process tests where unit tests notice nothing")
    parser.add_argument("--copy", type=pathlib.Path, help="keep the copy of the tree in this folder")
    options = parser.parse_args()
    if problems := stale():
        print("\n".join(problems), file=sys.stderr)
        return 1
    chosen = [
        mutant
        for mutant in mutants()
        if (not options.target or mutant.target in options.target)
        and (not options.file or any(part in mutant.path for part in options.file))
    ]
    if not chosen:
        parser.error("no mutations of these targets and files")
    if options.copy:
        options.copy.mkdir(parents=True, exist_ok=True)
        return run(chosen, options.copy, options.whole)
    with tempfile.TemporaryDirectory(prefix="reelpress-mutants-") as folder:
        return run(chosen, pathlib.Path(folder), options.whole)


sys.exit(main())
