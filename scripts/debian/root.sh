#!/usr/bin/env bash
# Makes a root folder of the newest Debian (sid), with what building and testing takes, unless it is there. As root.
#
#   scripts/debian/root.sh amd64 FOLDER          a whole system, by debootstrap
#   scripts/debian/root.sh arm64 FOLDER AMD64    files to build for and to emulate with; AMD64 is such a system, whose apt
#                                                finds the packages. They are unpacked only: no program of them runs.
#
# Packages are kept in DEBIAN_CACHE, so that an interrupted download goes on. DEBIAN_MIRROR is the archive.
set -euo pipefail
cd "$(dirname "$0")/../.."
architecture=$1 root=$(realpath -m "$2")
[[ ! -e $root ]] || exit 0
cache=$(realpath -m "${DEBIAN_CACHE:-.build-roots/cache}")/$architecture
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
# A mirror may stand still, and a release file has a date.
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Check-Valid-Until=false --no-install-recommends)
libraries=(
    swiftlang libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libswscale-dev libx265-dev
    libcurl4-openssl-dev libssl-dev
)
rm -rf --one-file-system "$root.partial"
mkdir -p "$cache/partial" "$root.partial"

if [[ $architecture == amd64 ]]; then
    debootstrap --variant=minbase --cache-dir="$cache" sid "$root.partial" "$mirror" >"$root.log"
    export BIND=$cache:/var/cache/apt/archives
    scripts/debian/enter.sh "$root.partial" "${apt[@]}" update
    scripts/debian/enter.sh "$root.partial" "${apt[@]}" -o Dpkg::Options::=--force-unsafe-io install "${libraries[@]}" \
        bsdextrautils ca-certificates curl ffmpeg git groff-base make mediainfo mkvtoolnix pkg-config python3-venv \
        strace >>"$root.log"
    # Debian has the interface of this module and not its library, of which nothing is used.
    scripts/debian/enter.sh "$root.partial" bash -c '
        cd /usr/libexec/swift/lib/swift/linux && [[ -e lib_Testing_Foundation.so ]] ||
            /usr/libexec/swift/bin/clang -shared -nostdlib -o lib_Testing_Foundation.so -x c /dev/null'
else
    amd64=$(realpath "$3") state=/var/lib/apt-$architecture
    export BIND=$cache:/var/cache/apt/archives
    # Nothing is installed for this architecture, as far as apt knows.
    mkdir -p "$amd64$state/lists/partial"
    : >"$amd64$state/status"
    apt+=(
        -o Dir::State="$state" -o Dir::State::status="$state/status" -o APT::Architecture="$architecture"
        -o APT::Architectures::="$architecture" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    )
    scripts/debian/enter.sh "$amd64" "${apt[@]}" update
    scripts/debian/enter.sh "$amd64" "${apt[@]}" --download-only install "${libraries[@]}" >"$root.log"
    # Versions that an earlier run has downloaded.
    scripts/debian/enter.sh "$amd64" "${apt[@]}" autoclean >>"$root.log"
    mkdir -p "$root.partial"/usr/{bin,lib,sbin}
    ln -s usr/bin usr/lib usr/sbin "$root.partial"
    for package in "$cache"/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root.partial"
    done
fi
mv "$root.partial" "$root"
