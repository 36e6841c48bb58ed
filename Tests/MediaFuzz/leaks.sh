#!/usr/bin/env bash
# Looks for leaks: LeakSanitizer on one encode, and resident memory over many encodes in one process: of one source, then
# of every source of docs/formats.md, for SOAK_MINUTES.
# Usage: leaks.sh MEDIAFUZZ MEDIAFUZZ_WITH_ADDRESS_SANITIZER
set -euo pipefail
plain=$1 sanitized=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/seeds" "$work/sources"
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=size=96x64:rate=25:duration=0.48 \
    -f lavfi -i sine=frequency=440:duration=0.48 -c:v libx264 -preset veryfast -c:a aac "$work/seeds/source.mp4"

# x265 3.5 itself loses 3 to 40 kB an encoder, of its filters and of a copy of its parameters. An encoder that isn't closed
# still shows: its objects come from operator new.
echo 'leak:x265::x265_malloc' >"$work/suppressions"
LSAN_OPTIONS=suppressions=$work/suppressions:print_suppressions=0 ASAN_OPTIONS=detect_leaks=1 "$sanitized" "$work/seeds" sound 1 "$work"
echo "leaks of one encode: LeakSanitizer reports none"

# Usage: grown SEEDS PASSES. Memory has settled after a quarter of the passes; from then on an encode may leave 16 KiB,
# which x265 itself leaks. Resident memory is a rough measure: the heap's fragments vary by 20 MiB.
grown() {
    "$plain" "$1" sound "$2" "$work" >"$work/log"
    if grep -E ' (refused|wrong) ' "$work/log"; then exit 1; fi
    awk -v "what=${1##*/}" -v "seeds=$(find "$1" -type f | wc -l)" '
        $2 == "resident" { resident[++passes] = $3; allocated[passes] = $5 }
        END {
            quarter = int(passes / 4) + 1
            encodes = (passes - quarter) * seeds
            each = encodes ? (allocated[passes] - allocated[quarter]) / encodes : 0
            printf "%s, %d passes: resident %d MiB after a quarter of them, %d MiB at the end; allocated %.1f KiB more an encode\n",
                what, passes, resident[quarter], resident[passes], each
            exit passes == 0 || each > 16 || resident[passes] > resident[quarter] + 20 + encodes * 16 / 1024
        }' "$work/log"
}

grown "$work/seeds" 200

.venv/bin/python scripts/formats none --sources "$work/sources"
SECONDS=0
grown "$work/sources" 1
pass=$((SECONDS > 0 ? SECONDS : 1))
grown "$work/sources" $((${SOAK_MINUTES:-30} * 60 / pass + 1))
