"""Packs a folder for AWS Lambda: `zip.py FOLDER FILE`. Names in order, one date, two modes: the same files give the same
bytes, whatever their owner and date."""
import os
import pathlib
import sys
import zipfile

folder, target = map(pathlib.Path, sys.argv[1:])
partial = target.with_name(target.name + ".partial")
with zipfile.ZipFile(partial, "w") as archive:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
        entry.create_system = 3
        entry.external_attr = (0o100755 if os.access(path, os.X_OK) else 0o100644) << 16
        archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
partial.replace(target)
