#!/usr/bin/env bash
# Builds the Lambda function for this machine's architecture, with all that it needs to run on any Linux, and packs it:
# `package.sh FILE.zip`. The same sources give the same bytes.
set -euo pipefail
target=$(realpath -m "$1")
cd "$(dirname "$0")/.."

PKG_CONFIG_PATH=$(scripts/static-libraries.sh curl)
export PKG_CONFIG_PATH
build=.build-package
# Debug information and hashes of interfaces contain paths.
options=(
    -c release --product TriggerFunction --scratch-path "$build" --static-swift-stdlib -Xswiftc -static-executable
    # Each function in a section of its own, and none kept for other programs: the linker drops those that nothing calls.
    -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -Xfrontend -Xswiftc -internalize-at-link
    -Xswiftc -gnone -Xswiftc -file-prefix-map -Xswiftc "$PWD=." -Xswiftc -use-ld=lld
    -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --build-id=none
    -Xlinker --symbol-ordering-file="$PWD/scripts/function-order.txt" -Xlinker --no-warn-symbol-ordering
)
log=$build/package.log
# The compiler keeps an object file whose source is the same, whatever the options are.
if [[ ! -e $build/options || $(<"$build/options") != "${options[*]}" ]]; then rm -rf "$build"; fi
mkdir -p "$build"
echo "${options[*]}" >"$build/options"
# SwiftPM does not see that a static library has changed.
rm -f "$build/release/TriggerFunction"
if ! swift build "${options[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi

# The linker ignores a name that the program doesn't have, so that the order could become useless unnoticed.
names=$(sed '/^#/d' scripts/function-order.txt | wc -l)
missing=$(LC_ALL=C comm -23 <(sed '/^#/d' scripts/function-order.txt | LC_ALL=C sort) \
    <(nm "$build/release/TriggerFunction" | awk '{ print $NF }' | LC_ALL=C sort -u) | wc -l)
if ((missing * 20 > names)); then
    echo "scripts/function-order.txt is stale: $missing of its $names names are gone: run \`make function-order\`" >&2
fi

folder=$build/package
rm -rf "$folder"
mkdir -p "$folder/certificates"
cp bootstrap "$folder/"
strip --strip-all --remove-section=.swift_modhash -o "$folder/TriggerFunction" "$build/release/TriggerFunction"

# Mozilla's authorities under the names by which OpenSSL looks for one: only that one is read.
for certificate in /usr/share/ca-certificates/mozilla/*.crt; do
    hash=$(openssl x509 -in "$certificate" -noout -subject_hash)
    number=0
    while [[ -e $folder/certificates/$hash.$number ]]; do number=$((number + 1)); done
    openssl x509 -in "$certificate" -out "$folder/certificates/$hash.$number"
done

mkdir -p "$(dirname "$target")"
python3 scripts/zip.py "$folder" "$target"
