#!/usr/bin/env bash
# Runs a command in a root folder, with /proc, /dev and /sys, in a mount namespace that ends with it. As root.
#
#   scripts/debian/enter.sh ROOT COMMAND…
#
# BIND=FOLDER:PATH mounts a folder at a path of the root.
set -euo pipefail
root=$1
shift
variables=(PATH=/usr/libexec/swift/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8)
export root
# shellcheck disable=SC2016 # The inner shell's.
exec unshare --mount bash -c '
    set -euo pipefail
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    mkdir -p "$root/tmp"
    if [[ -n ${BIND:-} ]]; then mount --bind "${BIND%%:*}" "$root${BIND#*:}"; fi
    exec chroot "$root" env -i "$@"' enter "${variables[@]}" "$@"
