# shellcheck shell=bash
# Sourced: steps with their times.

# step NAME COMMAND…: ends the script with the command's log if it fails.
step() {
    local name=$1 start=$SECONDS log
    shift
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        grep -A 3 -E 'recorded an issue|error:' "$log" | head -n 300 || true
        tail -n 40 "$log"
        echo "$name: failed after $((SECONDS - start)) s" >&2
        rm "$log"
        exit 1
    fi
    grep -hE 'Test run with|^(Swift version|lib[a-z0-9]+|ffmpeg version)' "$log" || true
    rm "$log"
    echo "$name: $((SECONDS - start)) s"
}
