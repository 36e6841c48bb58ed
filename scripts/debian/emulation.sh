#!/usr/bin/env bash
# Runs a command that may start arm64 programs: the kernel hands those to qemu, until the command ends. As root.
#
#   scripts/debian/emulation.sh ROOT COMMAND…    ROOT: the folder with the programs' libraries
set -euo pipefail
root=$1
shift
formats=/proc/sys/fs/binfmt_misc
[[ -e $formats/register ]] || mount -t binfmt_misc binfmt_misc "$formats"
if [[ ! -e $formats/qemu-aarch64 ]]; then
    # ELF, 64 bits, little-endian, an executable or a shared object, for machine 183. F: qemu is opened now, so that it is
    # found from any root folder.
    magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
    mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
    echo ":qemu-aarch64:M::$magic:$mask:$(command -v qemu-aarch64-static):F" >"$formats/register"
    trap 'echo -1 >"$formats/qemu-aarch64"' EXIT
fi
libraries=/usr/lib/aarch64-linux-gnu
# Alternatives are made by packages' scripts, which have not run.
QEMU_LD_PREFIX=$root QEMU_SET_ENV=LD_LIBRARY_PATH=/usr/libexec/swift/lib/swift/linux:$libraries/blas:$libraries/lapack "$@"
