#!/usr/bin/env bash
# Builds and tests in a root folder of the newest Debian, with its Swift, FFmpeg and x265; prints versions and times.
# As root.
#
#   scripts/debian/newest.sh ROOT [FILTER]       FILTER: of whole-process tests, as of `swift test --filter`
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$(realpath -m "$1") filter=${2:-^EndToEnd}
# shellcheck source=scripts/debian/steps.sh
source scripts/debian/steps.sh

enter() { scripts/debian/enter.sh "$root" bash -c 'cd /reelpress && exec "$@"' enter "$@"; }

step "root folder" scripts/debian/root.sh amd64 "$root"
step "checkout" scripts/debian/checkout.sh "$root"
# shellcheck disable=SC2016 # The inner shell's.
step "versions" enter bash -c '
    swift --version 2>&1 | grep "Swift version"
    for library in libavcodec libavformat libavutil libavfilter libswscale x265 libcurl libcrypto; do
        echo "$library $(pkg-config --modversion "$library")"
    done | sed "s/^x265/libx265/"'
step "release build" enter bash -c 'swift build -c release --product EncodeWorker && swift build -c release --product TriggerFunction'
step "build of the tests" enter swift build --build-tests
step "unit tests" enter swift test --skip-build --skip '^EndToEnd\.'
step "whole-process tests" enter swift test --skip-build --filter "$filter"
