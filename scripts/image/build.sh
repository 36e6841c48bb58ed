#!/usr/bin/env bash
# Builds the worker's image with docker, podman or buildah, the first of them that works.
#
#   scripts/image/build.sh NAME [TARGET] [BUILD ARGS…]     TARGET: worker (default), sources, or shell-way (the worker's peer)
set -euo pipefail
cd "$(dirname "$0")/../.."
name=$1 target=${2:-worker}
shift "$(($# < 2 ? $# : 2))"

version=$(sed -n 's/.*static let reelpress = "\(.*\)"/\1/p' "$(find Sources/EncodeWorker -name Version.swift)")
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD 2>/dev/null || revision+=-modified
source=${SOURCE_URL:-$(git remote get-url origin 2>/dev/null || true)}
[[ $source == https://* ]] || source=
arguments=(--tag "$name" --file)
if [[ $target == shell-way ]]; then
    arguments+=(Benchmarks/shell-way/Dockerfile)
else
    arguments+=(
        Dockerfile.worker --target "$target"
        --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "SOURCE=$source"
    )
    for argument in DEBIAN_SUITE X265_VERSION DAV1D_VERSION FFMPEG_VERSION; do
        [[ -z ${!argument:-} ]] || arguments+=(--build-arg "$argument=${!argument}")
    done
fi

# At the same time: curl, x265 and FFmpeg. Docker does that by itself.
stages=3
case $(scripts/image/engine.sh) in
    docker) docker build "${arguments[@]}" "$@" . ;;
    podman) podman build --jobs "$stages" --format oci "${arguments[@]}" "$@" . ;;
    buildah) buildah build --jobs "$stages" --layers --format oci "${arguments[@]}" "$@" . ;;
esac
