"""Runs two commands alternately, A B A B, and prints medians and the ratio A/B pair by pair."""

import os
import statistics
import subprocess
import sys
import time


def measure(command):
    """Wall and CPU seconds and peak resident MiB of one run."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}: {errors.decode(errors='replace')}")
    return {
        "wall s": time.monotonic() - start,
        "cpu s": usage.ru_utime + usage.ru_stime,
        "peak MiB": usage.ru_maxrss / 1024,
    }


def compare(title, ours, theirs, runs):
    """One row a figure: our median, their median, the median of the ratios and their range."""
    measure(ours), measure(theirs)
    pairs = [(measure(ours), measure(theirs)) for _ in range(runs)]
    print(f"\n{title} ({runs} pairs, ours / peer)")
    for figure in pairs[0][0]:
        a = [pair[0][figure] for pair in pairs]
        b = [pair[1][figure] for pair in pairs]
        ratios = [x / y for x, y in zip(a, b)]
        print(
            f"  {figure:9} {statistics.median(a):9.2f} {statistics.median(b):9.2f}"
            f"   ratio {statistics.median(ratios):.3f}  ({min(ratios):.3f} to {max(ratios):.3f})"
        )
    sys.stdout.flush()
