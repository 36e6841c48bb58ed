#!/usr/bin/env python3
"""Prints an image's bytes, layer by layer: compressed, as they are pulled, and unpacked.

usage: size.py IMAGE…

The image comes from docker, podman or buildah, as scripts/image/engine.sh chooses. Layers that the engine exports
unpacked are compressed with gzip at its default level, as engines do when they push.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
GZIP = b"\x1f\x8b"


def export(image, folder):
    """Exports an image as an OCI layout."""
    engine = subprocess.check_output([FOLDER / "engine.sh"], text=True).strip()
    if engine == "docker":
        archive = folder / "image.tar"
        subprocess.run(["docker", "save", "--output", archive, image], check=True)
        subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    else:
        subprocess.run([engine, "push", "--quiet", image, f"oci:{folder}"], check=True)


def manifest(folder):
    """The image's manifest, or the one image's that an index leads to."""
    at = json.loads((folder / "index.json").read_text())
    while "manifests" in at:
        images = [item for item in at["manifests"] if item.get("platform", {}).get("os") != "unknown"]
        at = blob_json(folder, images[0]["digest"])
    return at


def blob(folder, digest):
    return (folder / "blobs" / digest.replace(":", "/")).read_bytes()


def blob_json(folder, digest):
    return json.loads(blob(folder, digest))


def sizes(data):
    """Compressed and unpacked bytes of a layer."""
    if data.startswith(GZIP):
        return len(data), len(gzip.decompress(data))
    return len(gzip.compress(data, 6)), len(data)


def table(image):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        export(image, folder)
        found = manifest(folder)
        history = [
            item.get("created_by", "") for item in blob_json(folder, found["config"]["digest"]).get("history", [])
            if not item.get("empty_layer")
        ]
        rows = [(*sizes(blob(folder, layer["digest"])), layer["digest"][7:19]) for layer in found["layers"]]
    print(f"{'compressed':>12} {'unpacked':>12}  {image}")
    for index, (compressed, unpacked, digest) in enumerate(rows):
        made_by = " ".join(history[index].split())[:70] if index < len(history) else ""
        print(f"{compressed:12,} {unpacked:12,}  {digest}  {made_by}")
    print(f"{sum(row[0] for row in rows):12,} {sum(row[1] for row in rows):12,}  together")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for image in sys.argv[1:]:
        table(image)


if __name__ == "__main__":
    main()
