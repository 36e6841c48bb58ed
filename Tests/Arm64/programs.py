"""The programs of both architectures: arm64's are emulated, amd64's run in the root folder that they were built in.

scripts/debian/arm64.sh sets the variables: ARM64_BUILD, the folder of the built programs; AMD64_ROOT, the root folder;
and those of qemu.
"""

import json
import os
import pathlib
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / name) for name in ("", "formats")]

from harness.processes import ROOT  # noqa: E402

ARM64_BUILD = pathlib.Path(os.environ["ARM64_BUILD"])
AMD64_ROOT = pathlib.Path(os.environ["AMD64_ROOT"])
EMULATION = {name: os.environ[name] for name in ["QEMU_LD_PREFIX", "QEMU_SET_ENV"]}
# Seconds. An emulated encode takes some twenty times its time.
PATIENCE = 900


class Worker:
    """The worker of one architecture."""

    def __init__(self, architecture):
        self.architecture = architecture

    def command(self, *arguments, **variables):
        """The words that start it with no other environment than these variables."""
        words = [f"{name}={value}" for name, value in variables.items()]
        if self.architecture == "arm64":
            qemu = [f"{name}={value}" for name, value in EMULATION.items()]
            return ["env", "-i", *qemu, *words, ARM64_BUILD / "EncodeWorker", *arguments]
        inside = [f"/{word.relative_to(AMD64_ROOT)}" if isinstance(word, pathlib.Path) else word for word in arguments]
        return [ROOT / "scripts/debian/enter.sh", AMD64_ROOT, "env", *words, "/reelpress/.build/release/EncodeWorker",
                *inside]

    def run(self, *arguments, **variables):
        """Its exit code, and what it says on standard error. Files are paths below `AMD64_ROOT`, so that both find them."""
        done = subprocess.run(self.command(*arguments, **variables), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE)
        return done.returncode, done.stderr

    def encode(self, source, output, *options):
        """The report of an encode that must succeed."""
        ended = self.run("encode", source, output, "--log", "quiet", "--larger", "keep", "--skip-hevc-below", "0", *options)
        if ended != (0, ""):
            raise AssertionError(f"{self.architecture}: {ended}")
        return json.loads(output.with_name(f"{output.name}.json").read_text())


ARM64, AMD64 = Worker("arm64"), Worker("amd64")
