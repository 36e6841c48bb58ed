#!/usr/bin/env bash
# Copies the checkout to /reelpress of a root folder, with its packages' sources and the tests' Python packages, so that
# nothing in the root needs a network. Build products that are there stay.
#
#   scripts/debian/checkout.sh ROOT
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$1 target=$1/reelpress

mkdir -p "$target"
find "$target" -mindepth 1 -maxdepth 1 ! -name '.build*' ! -name .venv -exec rm -rf {} +
# With their times, so that only what has changed is built again.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    [[ ! -e $file ]] || printf '%s\0' "$file"
done | tar -c --null --files-from=- | tar -x -C "$target"

package=https://github.com/apple/swift-argument-parser
[[ -e $root/packages/swift-argument-parser.git ]] || git clone --quiet --mirror "$package" "$root/packages/swift-argument-parser.git"
mkdir -p "$target/.swiftpm/configuration"
cat >"$target/.swiftpm/configuration/mirrors.json" <<JSON
{ "object": [{ "original": "$package", "mirror": "file:///packages/swift-argument-parser.git" }], "version": 1 }
JSON

# Linters and a browser are for other tests.
grep -vE '^(aws-sam-translator|axe-|cfn-lint|hadolint|selenium|shellcheck|zizmor)' requirements.txt >"$root/requirements.txt"
if ! cmp -s "$root/requirements.txt" "$target/.venv/requirements.txt"; then
    version=$(scripts/debian/enter.sh "$root" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    .venv/bin/pip download --quiet --disable-pip-version-check --only-binary=:all: --python-version "$version" \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
        --requirement "$root/requirements.txt" --dest "$root/wheels"
    rm -rf "$target/.venv"
    scripts/debian/enter.sh "$root" bash -c '
        cd /reelpress
        python3 -m venv .venv
        .venv/bin/pip install --quiet --no-index --find-links /wheels --requirement /requirements.txt
        cp /requirements.txt .venv/'
    cp -r .venv/clips .venv/rie "$target/.venv/"
fi
