"""Encodes every source of the catalogue, and further files, with two workers, and compares the bytes of their outputs.

    .venv/bin/python scripts/formats/same.py OLD NEW [FILE...]

Prints the SHA-256 of both outputs where they differ, and the counts. Ends with 1 where any differ.
"""

import hashlib
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cases
from tools import run


def encode(worker, source, folder):
    """The output's SHA-256, or the error's code where the source is refused."""
    bucket = folder / "bucket"
    place = bucket / "input/preserve" / source.name
    place.parent.mkdir(parents=True)
    shutil.copy(source, place)
    run(worker, "bucket", bucket, "--preset", "ultrafast", "--larger", "keep", check=False)
    outputs = sorted((bucket / "output").rglob("source*")) + sorted((bucket / "output").rglob(f"{source.stem}*"))
    files = [path for path in outputs if path.is_file()]
    shutil.copytree(bucket / "reports", folder / "reports")
    digest = hashlib.sha256(files[0].read_bytes()).hexdigest() if files else "refused"
    shutil.rmtree(bucket)
    return digest


def compare(name, make, workers):
    with tempfile.TemporaryDirectory(prefix="same-") as folder:
        source = make(Path(folder))
        digests = []
        for number, worker in enumerate(workers):
            place = Path(folder, str(number))
            place.mkdir()
            digests.append(encode(worker, source, place))
    return name, digests


def maker(suffix, make):
    def source(folder):
        path = folder / f"source.{suffix}"
        make(path)
        return path

    return source


def main():
    old, new, *files = sys.argv[1:]
    sources = [(name, maker(suffix, make)) for name, (suffix, make) in cases.CASES.items()]
    sources += [(Path(file).name, lambda folder, file=file: Path(shutil.copy(file, folder))) for file in files]
    different = refused = 0
    with ThreadPoolExecutor(2) as pool:
        for name, (before, after) in pool.map(lambda source: compare(*source, (old, new)), sources):
            refused += before == after == "refused"
            if before != after:
                different += 1
                print(f"{name}\n  {before}\n  {after}", flush=True)
    print(f"{len(sources)} sources: {len(sources) - different - refused} equal, {refused} refused by both, "
          f"{different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
