"""Checks that no Swift source uses a name of a room above its own; rooms.toml lists the rooms in order.

    .venv/bin/python scripts/rooms [--root FOLDER] [--rules FILE] [--sizes]

Prints one line for each breach and ends with 1 if there is one: an import or a name of a room above, a circle among
rooms or targets, a folder with too many files, a file with too many lines.
"""
import argparse
import pathlib
import statistics
import sys

import rules

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(prog="scripts/rooms", description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=HERE.parents[1], help="the repository")
    parser.add_argument("--rules", default=HERE / "rooms.toml", help="the rooms and their order")
    parser.add_argument("--sizes", action="store_true", help="print the files' lengths for each target")
    options = parser.parse_args()
    tree = rules.Tree(options.root, rules.Rules(options.rules))
    if options.sizes:
        for target, files in tree.targets.items():
            lengths = [rules.lines(tree.root / file) for file in files]
            print(f"{target:16} files {len(files):4}  lines {sum(lengths):6}  median {statistics.median(lengths):5g}  "
                  f"longest {max(lengths):4}")
    found = tree.check()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
