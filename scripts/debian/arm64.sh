#!/usr/bin/env bash
# Builds the Lambda function and the worker for arm64 on amd64, with the newest Debian's files, and tests them under qemu's
# emulation of user processes, the worker beside one for amd64. As root; prints the times.
#
#   scripts/debian/arm64.sh AMD64 ARM64 [TEST]   root folders, made if they are not there; TEST: a part of tests' names
set -euo pipefail
cd "$(dirname "$0")/../.."
amd64=$(realpath -m "$1") arm64=$(realpath -m "$2") tests=${3:-}
# shellcheck source=scripts/debian/steps.sh
source scripts/debian/steps.sh

triple=aarch64-unknown-linux-gnu
resources=/usr/libexec/swift/lib/swift

enter() { BIND=$arm64:/arm64 scripts/debian/enter.sh "$amd64" bash -c 'cd /reelpress && exec "$@"' enter "$@"; }

# A Swift SDK of the arm64 root. Source: SwiftPM, Swift Evolution 0387 and 0513.
sdk() {
    local bundle=$amd64/root/.swiftpm/swift-sdks/debian-arm64.artifactbundle
    mkdir -p "$bundle/debian-arm64" "$amd64/arm64"
    cat >"$bundle/info.json" <<JSON
{ "schemaVersion": "1.0", "artifacts": { "debian-arm64": { "type": "swiftSDK", "version": "1", "variants": [
  { "path": "debian-arm64", "supportedTriples": ["x86_64-pc-linux-gnu"] }] } } }
JSON
    cat >"$bundle/debian-arm64/swift-sdk.json" <<JSON
{ "schemaVersion": "4.0", "targetTriples": { "$triple": {
  "sdkRootPath": "/arm64", "swiftResourcesPath": "/arm64$resources", "toolsetPaths": ["toolset.json"] } } }
JSON
    cat >"$bundle/debian-arm64/toolset.json" <<JSON
{ "schemaVersion": "1.0", "swiftCompiler": { "extraCLIOptions": ["-use-ld=lld"] } }
JSON
}

# pkg-config would add amd64's folders to its own.
cross() {
    local folder=/arm64/usr/lib/aarch64-linux-gnu/pkgconfig:/arm64/usr/share/pkgconfig
    enter env PKG_CONFIG_LIBDIR="$folder" swift build -c release --swift-sdk "$triple" --pkg-config-path "${folder%%:*}" \
        --scratch-path .build-arm64 --product "$1"
}

versions() { (cd "$1/usr/lib/$2-linux-gnu/pkgconfig" && grep -H "^Version" libav*.pc libswscale.pc x265.pc libcurl.pc libssl.pc); }

step "amd64 root folder" scripts/debian/root.sh amd64 "$amd64"
step "arm64 root folder" scripts/debian/root.sh arm64 "$arm64" "$amd64"
step "checkout" scripts/debian/checkout.sh "$amd64"
sdk
# The same versions of everything, so that only the architectures differ.
step "versions" diff <(versions "$amd64" x86_64) <(versions "$arm64" aarch64)
step "function for arm64" cross TriggerFunction
step "worker for arm64" cross EncodeWorker
step "worker for amd64" enter swift build -c release --product EncodeWorker

scripts/debian/emulation.sh "$arm64" env \
    ARM64_BUILD="$amd64/reelpress/.build-arm64/release" AMD64_ROOT="$amd64" \
    .venv/bin/python -m unittest discover --verbose --start-directory Tests/Arm64 ${tests:+-k "$tests"}
