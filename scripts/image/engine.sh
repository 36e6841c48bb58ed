#!/usr/bin/env bash
# Prints the first of docker, podman and buildah that works; IMAGE_ENGINE overrides it.
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
    echo "docker (with its daemon running), podman and buildah are all missing: install one" >&2
    exit 1
fi
