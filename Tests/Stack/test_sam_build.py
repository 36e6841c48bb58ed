"""scripts/sam-build.sh in a copy of what it looks at, with fakes of the programs that it calls."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import zipfile

from translated import ROOT

# What the programs that make the zip leave, and a record of their arguments.
FAKE = """#!/bin/sh
[ "$1" != info ] || exit 0
echo "$(basename "$0") $*" >>calls
cp made.zip dist/trigger.zip
"""


class Build(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.bin = self.root / "bin"
        for folder in ("bin", "scripts", "Sources/Target", "dist"):
            (self.root / folder).mkdir(parents=True)
        for name in ("sam-build.sh", "image-engine.sh"):
            shutil.copy(ROOT / "scripts" / name, self.root / "scripts")
        for name in ("Dockerfile.worker", "Package.swift", "Sources/Target/File.swift", "bootstrap", "scripts/zip.py",
                     "scripts/function-order.txt", "scripts/static-libraries.sh"):
            (self.root / name).write_text("")
        for name in ("package.sh", "setup.sh"):
            self.fake(self.root / "scripts" / name)
        for name in ("bash", "sh", "find", "head", "unzip", "mkdir", "uname", "basename", "dirname", "cp"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.zip(self.root / "made.zip", "new")
        past = time.time() - 100
        for path in [self.root / "made.zip", *self.root.rglob("*")]:
            os.utime(path, (past, past), follow_symlinks=False)

    def fake(self, path):
        path.write_text(FAKE)
        path.chmod(0o755)

    def zip(self, path, text):
        with zipfile.ZipFile(path, "w") as archive:
            for name, mode in [("bootstrap", 0o755), ("certificates/a.0", 0o644)]:
                entry = zipfile.ZipInfo(name)
                entry.create_system, entry.external_attr = 3, (0o100000 | mode) << 16
                archive.writestr(entry, text)

    def build(self, status=0):
        run = subprocess.run(
            ["scripts/sam-build.sh", self.root / "out"], cwd=self.root, env={"PATH": str(self.bin)}, capture_output=True,
            text=True)
        self.assertEqual(run.returncode, status, run.stderr)
        calls = self.root / "calls"
        return calls.read_text().splitlines() if calls.exists() else [], run.stderr

    def assert_laid(self, text):
        script = self.root / "out" / "bootstrap"
        self.assertEqual((script.read_text(), script.stat().st_mode & 0o777), (text, 0o755))
        self.assertEqual((self.root / "out" / "certificates" / "a.0").read_text(), text)

    def test_a_fresh_zip_is_taken(self):
        self.zip(self.root / "dist" / "trigger.zip", "there")
        self.assertEqual(self.build(), ([], ""))
        self.assert_laid("there")

    def test_a_stale_zip_is_built_in_a_container(self):
        self.zip(self.root / "dist" / "trigger.zip", "there")
        later = time.time() + 100
        os.utime(self.root / "Sources" / "Target" / "File.swift", (later, later))
        self.fake(self.bin / "docker")
        calls, _ = self.build()
        self.assertEqual(calls, ["docker build --file Dockerfile.worker --target function --output dist ."])
        self.assert_laid("new")

    def test_podman_will_do(self):
        self.fake(self.bin / "podman")
        calls, _ = self.build()
        self.assertEqual(calls, ["podman build --file Dockerfile.worker --target function --output dist ."])
        self.assert_laid("new")

    def test_swift_on_debian_builds_it_without_a_container(self):
        for name in ("docker", "swift", "apt-get"):
            self.fake(self.bin / name)
        calls, _ = self.build()
        self.assertEqual(calls, ["setup.sh package", "package.sh dist/trigger.zip"])
        self.assert_laid("new")

    def test_swift_elsewhere_does_not(self):
        for name in ("docker", "swift"):
            self.fake(self.bin / name)
        calls, _ = self.build()
        self.assertEqual(len(calls), 1)
        self.assertTrue(calls[0].startswith("docker build"))

    def test_without_any_of_them_it_names_what_is_missing(self):
        calls, error = self.build(status=1)
        self.assertEqual(calls, [])
        self.assertIn("docker (with its daemon running), podman and buildah are all missing", error)


if __name__ == "__main__":
    unittest.main()
