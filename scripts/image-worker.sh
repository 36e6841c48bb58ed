#!/usr/bin/env bash
# Runs the worker of the image REELPRESS_IMAGE as if it were a program of this machine: same arguments, environment,
# user and network, on this machine's /tmp and this folder; but with a read-only root and no capabilities.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
engine=$(IMAGE_ENGINE=${IMAGE_ENGINE:-} "$here/scripts/image-engine.sh")
arguments=(
    --rm --interactive --read-only --cap-drop all --security-opt no-new-privileges --network host
    --user "$(id -u):$(id -g)" --workdir "$PWD" --volume /tmp:/tmp --volume "$here:$here" --volume "$PWD:$PWD"
)
for name in $(compgen -e); do
    case $name in AWS_* | S3_* | REELPRESS_* | ECS_* | *_proxy | *_PROXY) arguments+=(--env "$name") ;; esac
done
exec "$engine" run "${arguments[@]}" "${REELPRESS_IMAGE:-reelpress-worker}" "$@"
