"""Writes scripts/function-order.txt: the names of all that the Lambda function runs in a start and two events.

    .venv/bin/python scripts/function-order.py PROGRAM        as scripts/package.sh builds it, not stripped

The linker lays those side by side, so that fewer pages of the program are read into memory.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from harness.processes import ROOT, tool
from harness.server import RuntimeAPI, Server, batch

HEADER = """\
# What the Lambda function runs in a start and two events, by symbol: the linker lays it side by side in the program, which
# takes a third off the function's memory at its first event (6.4 to 4.3 MiB).
# Made by `make function-order`, from the calls that valgrind's callgrind sees. The linker ignores a name that the program
# doesn't have, and lays what isn't named here after all that is.
# Stale when more than 5 % of the names are gone from the program: `make package` reports that.
"""
EVENT = (ROOT / "events" / "s3-put.json").read_bytes()


def main():
    api, server = RuntimeAPI([EVENT, EVENT], seconds=600), Server(batch)
    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder, "profile")
        environment = {
            "PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": api.address, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            "AWS_ENDPOINT_URL_BATCH": f"http://{server.address}", "JOB_QUEUE": "queue",
            "JOB_DEFINITION": "definition", "SWIFT_BACKTRACE": "enable=no,swift-backtrace=/"}
        process = subprocess.Popen(
            [tool("valgrind"), "--quiet", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={profile}",
             sys.argv[1]], env=environment)
        api.over.wait(120)
        process.terminate()
        process.wait(30)
        if [path.rpartition("/")[2] for path, _ in api.results] != ["response"] * 2:
            sys.exit(f"the function failed: {api.results}")
        names = set(re.findall(r"^c?fn=\(\d+\) ([^\s(]\S*?)(?:'\d+)?$", profile.read_text(), re.MULTILINE))
    # Code without a symbol has its address instead of a name.
    names = sorted(name for name in names if not name.startswith("0x"))
    target = ROOT / "scripts" / "function-order.txt"
    partial = target.with_suffix(".partial")
    partial.write_text(HEADER + "\n".join(names) + "\n")
    partial.replace(target)


main()
