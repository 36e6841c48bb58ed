#!/usr/bin/env bash
# nasm in a fifth of the time, for sources that consist of macros: nasm expands them again in each of its five passes. Here
# they are expanded once, and the passes work on the result.
#
# An alignment is filled by a macro that must know the address, which is not known before the passes. `nasm -E` leaves
# single-byte NOPs there; they become the recommended long ones. Everything else is the same, byte for byte.
# Source: NASM manual, "-E", "-a" and "The smartalign macro package"; Intel SDM, "NOP".
#
#   nasm.sh OPTIONS… -o OBJECT SOURCE
set -euo pipefail
source=${*: -1} object='' previous='' before=() format=()
for argument in "${@:1:$#-1}"; do
    case $previous in
        -o) object=$argument argument=$argument.expanded ;;
        -f | -F) format+=("$previous" "$argument") ;;
    esac
    case $argument in
        -g | -w* | -W*) format+=("$argument") ;;
    esac
    before+=("$argument")
    previous=$argument
done
if [[ $source != *.asm || -z $object || " $* " == *" -E "* ]]; then exec nasm "$@"; fi

expanded=$object.expanded
trap 'rm -f "$expanded"' EXIT
nasm "${before[@]}" -E "$source"

# What the macro writes for a P6: a jump over more than 16 bytes, else NOPs of up to 8 bytes.
pad='(((\1)-(($-$$)%(\1)))%(\1))'
fill=("($pad>16) db 0xeb,$pad-2" "$pad/8 db 0x0f,0x1f,0x84,0,0,0,0,0" "($pad==7) db 0x0f,0x1f,0x80,0,0,0,0"
    "($pad==6) db 0x66,0x0f,0x1f,0x44,0,0" "($pad==5) db 0x0f,0x1f,0x44,0,0" "($pad==4) db 0x0f,0x1f,0x40,0"
    "($pad==3) db 0x0f,0x1f,0" "($pad==2) db 0x66,0x90" "$pad db 0x90")
long=$(printf 'times %s\\n' "${fill[@]}")
sed -i -E 's#^times \(\(\(([0-9]+)\) - \(\(\$-\$\$\) % \(\1\)\)\) % \(\1\)\) nop$#'"${long%'\n'}"'#' "$expanded"
nasm "${format[@]}" -a -o "$object" "$expanded"
