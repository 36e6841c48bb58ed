#!/usr/bin/env bash
# Lays the Lambda function into a folder, for `sam build`: sam-build.sh FOLDER. Takes dist/trigger.zip if it is newer than
# all that it is built from; otherwise builds it, with Swift on Debian, elsewhere with docker, podman or buildah.
set -euo pipefail
target=$1
cd "$(dirname "$0")/.."
zip=dist/trigger.zip
parts=(
    Dockerfile.worker Package.swift Sources bootstrap scripts/function-order.txt scripts/package.sh
    scripts/static-libraries.sh scripts/zip.py
)

command -v unzip >/dev/null || {
    echo "unzip is missing: install it" >&2
    exit 1
}
if [[ ! -e $zip || -n $(find "${parts[@]}" -newer "$zip" | head -n 1) ]]; then
    if [[ $(uname) == Linux ]] && command -v swift >/dev/null && command -v apt-get >/dev/null; then
        scripts/setup.sh package
        scripts/package.sh "$zip"
    else
        build=(build --file Dockerfile.worker --target function --output dist .)
        engine=$(scripts/image-engine.sh)
        "$engine" "${build[@]}"
    fi
fi
mkdir -p "$target"
unzip -q -o "$zip" -d "$target"
