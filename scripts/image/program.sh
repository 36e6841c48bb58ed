#!/usr/bin/env bash
# Copies the worker out of its image, to run it without a container: the same file, which needs nothing from its root.
#
#   scripts/image/program.sh IMAGE FILE
set -euo pipefail
image=$1 file=$2
engine=$("$(dirname "$0")/engine.sh")
[[ $engine != buildah ]] || { echo "buildah can't copy files out of an image: install podman" >&2; exit 1; }
mkdir -p "$(dirname "$file")"
container=$("$engine" create "$image")
trap '"$engine" rm "$container" >/dev/null' EXIT
"$engine" cp "$container:/usr/bin/EncodeWorker" "$file"
