#!/usr/bin/env bash
# Packs the image's worker for machines without containers: the program, completions, manual page, SBOM and licences.
#
#   scripts/tarball.sh IMAGE FOLDER      writes FOLDER/reelpress-VERSION-linux-ARCH.tar.gz and .spdx.json
set -euo pipefail
cd "$(dirname "$0")/.."
image=$1 folder=$2
engine=$(scripts/image/engine.sh)
[[ $engine != buildah ]] || { echo "buildah can't copy files out of an image: install podman" >&2; exit 1; }
work=$(mktemp -d)
container=$("$engine" create "$image")
trap '"$engine" rm "$container" >/dev/null; rm -rf "$work"' EXIT
"$engine" cp "$container:/usr/bin/EncodeWorker" "$work/EncodeWorker"

name=reelpress-$("$work/EncodeWorker" --version)-linux-$(dpkg --print-architecture)
scripts/install.sh "$work/EncodeWorker" "$work/$name"
mkdir -p "$work/$name/share/doc"
"$engine" cp "$container:/usr/share/doc" "$work/$name/share/doc/reelpress"
"$engine" cp "$container:/usr/share/sbom/reelpress.spdx.json" "$work/$name/share/doc/reelpress/"
mkdir -p "$folder"
cp "$work/$name/share/doc/reelpress/reelpress.spdx.json" "$folder/$name.spdx.json"
# The same program gives the same bytes.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$work" -c "$name" |
    gzip --no-name --best >"$folder/$name.tar.gz"
