#!/usr/bin/env bash
# Puts videos under BUCKET/input/: the file that VIDEO names, or real clips and a 4K one made from them.
set -euo pipefail
bucket=$1 policy=$2
cd "$(dirname "$0")/.."

mkdir -p "$bucket/input/preserve" "$bucket/input/downscale"
if [[ -n ${VIDEO:-} ]]; then
    [[ -f $VIDEO ]] || { echo "VIDEO is $VIDEO: no such file" >&2; exit 2; }
    target=$bucket/input/$policy/$(basename -- "$VIDEO")
    # A link where the file system allows one: the source is only ever read.
    [[ $VIDEO -ef $target ]] || ln -fL -- "$VIDEO" "$target" 2>/dev/null || cp -- "$VIDEO" "$target"
    exit
fi

for clip in bikes carphone_pristine; do
    [[ -e $bucket/input/preserve/$clip.mp4 ]] || cp ".venv/clips/$clip.mp4" "$bucket/input/preserve/"
done
large=$bucket/input/downscale/bigbuckbunny-4k.mp4
if [[ ! -e $large ]]; then
    echo "making a 4K sample" >&2
    ffmpeg -v error -nostdin -y -t 2 -i .venv/clips/bigbuckbunny.mp4 -vf scale=3840:2160:flags=lanczos \
        -c:v libx264 -preset veryfast -crf 17 -c:a copy -f mp4 "$large.partial"
    mv "$large.partial" "$large"
fi
