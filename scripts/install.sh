#!/usr/bin/env bash
# Installs the worker as `reelpress` and under its own name, with completions for bash, zsh and fish and a manual page:
#
#   scripts/install.sh WORKER PREFIX [DESTDIR]       DESTDIR is put in front of every name, for packages
#   scripts/install.sh --remove PREFIX [DESTDIR]     removes what an installation has made, apart from folders
set -euo pipefail
worker=$1 root=${3:-}$2
names=(reelpress EncodeWorker)

files() { # of one name
    printf '%s\n' "$root/bin/$1" "$root/share/bash-completion/completions/$1" "$root/share/zsh/site-functions/_$1" \
        "$root/share/fish/vendor_completions.d/$1.fish" "$root/share/man/man1/$1.1"
}

if [[ $worker == --remove ]]; then
    for name in "${names[@]}"; do files "$name" | xargs -d '\n' rm -f --; done
    exit
fi

install -D -m 755 "$worker" "$root/bin/reelpress"
ln -sf reelpress "$root/bin/EncodeWorker"
for name in "${names[@]}"; do
    mapfile -t targets < <(files "$name")
    shells=(bash zsh fish)
    for index in "${!shells[@]}"; do
        # The program calls itself by the name that it is started with.
        "${targets[0]}" --generate-completion-script "${shells[index]}" |
            install -D -m 644 /dev/stdin "${targets[index + 1]}"
    done
    "$(dirname "$0")/manual.py" "${targets[0]}" | install -D -m 644 /dev/stdin "${targets[4]}"
done
