#!/usr/bin/env bash
# Says which of docker, podman and buildah is there and works; IMAGE_ENGINE chooses one.
set -euo pipefail
if [[ -n ${IMAGE_ENGINE:-} ]]; then
    echo "$IMAGE_ENGINE"
elif command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    echo docker
elif command -v podman >/dev/null; then
    echo podman
elif command -v buildah >/dev/null; then
    echo buildah
else
    echo "none of docker (with its daemon running), podman and buildah is here: install one" >&2
    exit 1
fi
