#!/usr/bin/env bash
# Builds a program for release into one file that needs nothing where it runs: Swift's runtime, the C library and the
# libraries of scripts/static-libraries.sh are linked in, at an address of the system's choice (static-pie).
#
#   scripts/build-static.sh PRODUCT FILE
set -euo pipefail
cd "$(dirname "$0")/.."
product=$1 file=$2

PKG_CONFIG_PATH=$(scripts/static-libraries.sh x265 ffmpeg curl)
export PKG_CONFIG_PATH
# SwiftPM does not see that a static library has changed.
rm -f ".build-image/release/$product"
# A static-pie program with a run path fails in glibc's first steps.
swift build -c release --static-swift-stdlib --scratch-path .build-image --product "$product" --disable-local-rpath \
    -Xswiftc -gnone -Xswiftc -file-prefix-map -Xswiftc "$PWD=." \
    -Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -static-pie \
    -Xlinker --pack-dyn-relocs=relr -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --build-id=none -Xlinker --no-export-dynamic
mkdir -p "$(dirname "$file")"
strip --strip-all --remove-section=.comment --remove-section=.swift_modhash -o "$file" ".build-image/release/$product"
