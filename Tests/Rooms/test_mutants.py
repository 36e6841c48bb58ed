"""The table of mutations fits the sources: an entry whose text is gone would test nothing."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "mutants"))

import table  # noqa: E402


class MutantsTest(unittest.TestCase):
    def test_each_text_occurs_once(self):
        self.assertEqual(table.stale(), [])

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(table.mutants()), 80)

    def test_a_mutation_changes_its_file(self):
        for mutant in table.mutants():
            self.assertNotEqual(mutant.source(ROOT), (ROOT / mutant.path).read_text(), mutant)

    def test_targets_exist(self):
        for target in {mutant.target for mutant in table.mutants()}:
            self.assertTrue((ROOT / "Tests" / target).is_dir(), target)

    def test_a_text_that_is_gone_or_twice_is_stale(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            mutant = table.Mutant("a.swift", "T", None, "x == 1", "x != 1")
            for content in ["", "x == 1 || x == 1"]:
                (root / "a.swift").write_text(content)
                self.assertRaises(ValueError, mutant.source, root)
            (root / "a.swift").write_text("if x == 1 {")
            self.assertEqual(mutant.source(root), "if x != 1 {")
        self.assertIn("No such file", table.stale(pathlib.Path("/nowhere"))[0])


if __name__ == "__main__":
    unittest.main()
