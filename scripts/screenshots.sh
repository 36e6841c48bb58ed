#!/bin/bash
# Makes docs/report.png and docs/summary.png: the pages of sample videos, as chromium shows them.
# usage: scripts/screenshots.sh WORKER
set -eu -o pipefail
worker=$1
folder=$(mktemp -d)
mkdir -p "$folder/bucket"
trap 'rm -rf "$folder"' EXIT
scripts/samples.sh "$folder/bucket" preserve
printf 'no video' >"$folder/bucket/input/preserve/notes.mp4"
# The file that is no video is what the summary shows first.
(cd "$folder" && REELPRESS_PRICE_VCPU_HOUR=0.0124 REELPRESS_PRICE_GB_HOUR=0.00136 "$OLDPWD/$worker" bucket bucket --log quiet) || true

# picture HTML PNG HEIGHT
picture() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --window-size="1100,$3" --screenshot="$folder/page.png" "file://$folder/$1" 2>/dev/null
    ffmpeg -v error -nostdin -y -i "$folder/page.png" -vf 'split[a][b];[a]palettegen=max_colors=192[p];[b][p]paletteuse=dither=bayer' "docs/$2"
}
picture bucket/reports/preserve/bikes.mp4.html report.png 1500
picture bucket/reports/index.html summary.png 900
