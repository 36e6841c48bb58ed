"""`make install` into a folder of its own, with the worker of the debug build."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = ROOT / ".build/debug/EncodeWorker"
NAMES = ["reelpress", "EncodeWorker"]


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT).stdout


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.words = ["PREFIX=/opt/reel press", f"DESTDIR={cls.folder}"]
        cls.prefix = cls.folder / "opt/reel press"
        run("make", "install", f"WORKER={WORKER}", *cls.words)

    def files(self):
        return sorted(str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if not path.is_dir())

    def test_every_file_has_its_place(self):
        expected = [[f"bin/{name}", f"share/bash-completion/completions/{name}", f"share/zsh/site-functions/_{name}",
                     f"share/fish/vendor_completions.d/{name}.fish", f"share/man/man1/{name}.1"] for name in NAMES]
        self.assertEqual(self.files(), sorted(sum(expected, [])))
        self.assertEqual((self.prefix / "bin/reelpress").read_bytes(), WORKER.read_bytes())

    def test_help_has_the_name_that_the_program_was_started_with(self):
        for name in NAMES:
            self.assertIn(f"USAGE: {name} bucket", run(self.prefix / "bin" / name, "bucket", "--help"))

    def test_bash_completes_commands_and_options(self):
        for name in NAMES:
            script = self.prefix / f"share/bash-completion/completions/{name}"
            for words, expected in [("b", "bucket"), ("bucket --wat", "--watch"), ("encode --over", "--overwrite")]:
                typed = [name, *words.split()]
                found = run("bash", "-c", f"""
                    source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
                    "$(complete -p {name} | sed -E 's/.* -F ([^ ]+) .*/\\1/')" {name} "${{!#}}" "${{@: -2:1}}"
                    printf '%s\\n' "${{COMPREPLY[@]}}"
                    """, script, *typed)
                self.assertIn(expected, [line.strip() for line in found.splitlines()], f"{name} {words}")

    def test_zsh_and_fish_scripts_are_for_the_name(self):
        for name in NAMES:
            self.assertTrue((self.prefix / f"share/zsh/site-functions/_{name}").read_text().startswith(f"#compdef {name}\n"))
            self.assertIn(f"complete -c '{name}'", (self.prefix / f"share/fish/vendor_completions.d/{name}.fish").read_text())

    def test_the_manual_has_every_shown_option_of_every_command(self):
        page = (self.prefix / "share/man/man1/reelpress.1").read_text()
        shown = re.sub(r"\\f[BIR]|\\&", "", page).replace("\\-", "-")
        for command in ["", "encode", "bucket", "summary", "probe", "estimate"]:
            text = run(self.prefix / "bin/reelpress", *command.split(), "--help")
            options = re.findall(r"^  (?:-h, )?(--[a-z0-9-]+)", text, re.MULTILINE)
            self.assertTrue(options)
            for option in options:
                self.assertRegex(shown, rf"(?m)^(-h, )?{option}( |$)", f"{command} {option}")
        self.assertIn("REELPRESS_SKIP_HEVC_BELOW", shown)

    def test_the_manual_is_correct_roff(self):
        for name in NAMES:
            groff = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", self.prefix / f"share/man/man1/{name}.1"],
                                   check=True, capture_output=True, text=True)
            self.assertEqual(groff.stderr, "")

    def test_uninstall_removes_everything(self):
        words = ["PREFIX=/usr", f"DESTDIR={self.folder}/again"]
        run("make", "install", f"WORKER={WORKER}", *words)
        other = self.folder / "again/usr/bin/other"
        other.write_text("")
        run("make", "uninstall", *words)
        left = [path for path in (self.folder / "again").rglob("*") if not path.is_dir()]
        self.assertEqual(left, [other])


if __name__ == "__main__":
    unittest.main()
