#!/usr/bin/env bash
# Looks for leaks: LeakSanitizer on one encode, and resident memory over many encodes of one source in one process.
# Usage: leaks.sh MEDIAFUZZ MEDIAFUZZ_WITH_ADDRESS_SANITIZER [ENCODES]
set -euo pipefail
plain=$1 sanitized=$2 encodes=${3:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/seeds"
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=size=96x64:rate=25:duration=0.48 \
    -f lavfi -i sine=frequency=440:duration=0.48 -c:v libx264 -preset veryfast -c:a aac "$work/seeds/source.mp4"

# x265 3.5 itself loses some 3 kB an encoder, of its filters and of a copy of its parameters. An encoder that isn't closed
# still shows: its objects come from operator new.
echo 'leak:x265::x265_malloc' >"$work/suppressions"
LSAN_OPTIONS=suppressions=$work/suppressions:print_suppressions=0 ASAN_OPTIONS=detect_leaks=1 "$sanitized" "$work/seeds" sound 1 "$work"
echo "leaks of one encode: none that LeakSanitizer sees"

grown=$("$plain" "$work/seeds" sound "$encodes" "$work" | sed -n 's/^grown //p')
echo "resident memory over $encodes encodes: $grown MiB more at the end than after a quarter of them"
((grown <= 20))
