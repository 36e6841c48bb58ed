#!/usr/bin/env bash
# Writes the files of the worker's image besides the worker: certificates, a user without rights, licences.
#
#   scripts/image/root.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$1

mkdir -p "$root"/etc/ssl/certs "$root"/usr/share/{doc,sbom}
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# Where OpenSSL looks by default.
ln -s certs/ca-certificates.crt "$root/etc/ssl/cert.pem"
echo 'nonroot:x:65532:65532:nonroot:/:/nonexistent' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
# Names are looked up by the C library itself: no further module could be loaded.
printf 'hosts: files dns\npasswd: files\ngroup: files\n' >"$root/etc/nsswitch.conf"

licence() { # NAME FILE…
    local name=$1
    shift
    mkdir -p "$root/usr/share/doc/$name"
    cat -- "$@" >"$root/usr/share/doc/$name/copyright"
}
licence reelpress LICENSE
licence swift "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/share/swift/LICENSE.txt"
licence swift-argument-parser .build-image/checkouts/swift-argument-parser/LICENSE.txt
for folder in .build-static-libs/src/*/source; do
    name=$(basename "$(dirname "$folder")")
    case $name in
        ffmpeg) licence ffmpeg "$folder/LICENSE.md" "$folder/COPYING.LGPLv2.1" ;;
        openssl) licence openssl "$folder/LICENSE.txt" ;;
        *) licence "$name" "$folder/COPYING" ;;
    esac
done
for package in ca-certificates libc-ares-dev libc6-dev libgcc-12-dev libstdc++-12-dev zlib1g-dev; do
    licence "$package" "/usr/share/doc/$package/copyright"
done
cp /usr/share/common-licenses/{GPL-2,GPL-3,LGPL-2.1} "$root/usr/share/doc/"
cat >"$root/usr/share/doc/SOURCES" <<'TEXT'
The worker in this image is one program under the GNU General Public License 3 or later: it is linked with x265 (GPL 2
or later), FFmpeg and the GNU C Library (LGPL 2.1 or later) and other libraries, whose licences are in this folder.

Its complete sources, with everything that controls how it is built, are in the image of the same name whose tag ends in
-sources: the sources of Reelpress of the same revision, and the archives of the libraries that were linked in. Both are
published together, at the same place, and stay there together. /usr/share/sbom/reelpress.spdx.json names each part and
its exact version.
TEXT
