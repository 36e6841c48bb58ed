#!/usr/bin/env bash
# Encodes a clip with the worker's image as restricted as in production: read-only root, no rights, no capabilities, no network.
#
#   scripts/image/check.sh IMAGE
set -euo pipefail
cd "$(dirname "$0")/../.."
image=$1
engine=$(scripts/image/engine.sh)
[[ $engine != buildah ]] || { echo "buildah can't run an image: install podman" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 777 "$work/out"
# Y4M: a header line, then frames, each after the word FRAME: 25 of noise, which no encoder can drop.
{
    printf 'YUV4MPEG2 W128 H96 F25:1 Ip A1:1 C420jpeg\n'
    for _ in {1..25}; do
        printf 'FRAME\n'
        head -c $((128 * 96 * 3 / 2)) /dev/urandom
    done
} >"$work/clip.y4m"
chmod 755 "$work"
chmod 644 "$work/clip.y4m"

run() {
    "$engine" run --rm --read-only --cap-drop all --security-opt no-new-privileges --network none \
        --volume "$work/clip.y4m:/in/clip.y4m:ro" --volume "$work/out:/out" "$@"
}

user=$("$engine" image inspect --format '{{.Config.User}}' "$image")
[[ $user == 65532:65532 ]] || { echo "the image would run as '$user'" >&2; exit 1; }
run "$image" encode /in/clip.y4m /out/clip.mp4 --preset ultrafast --log quiet
grep -q '"status" *: *"done"' "$work/out/clip.mp4.json"
grep -q '"written" *: *25' "$work/out/clip.mp4.json"
[[ $(head -c 12 "$work/out/clip.mp4" | tail -c 8) == ftyp* ]]
if run --entrypoint /bin/sh "$image" -c true 2>/dev/null; then
    echo "there is a shell in the image" >&2
    exit 1
fi
echo "$image encodes: read-only, uid $(stat -c %u "$work/out/clip.mp4"), no capabilities, no shell"
