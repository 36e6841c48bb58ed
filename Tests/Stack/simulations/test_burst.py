"""Benchmarks/burst: with the function's own policy and the stack's own timeout no event of a large upload is lost."""
import dataclasses
import pathlib
import sys
import unittest

from translated import ROOT, source

sys.path.append(str(ROOT / "Benchmarks" / "burst"))

import policy  # noqa: E402
from model import Simulation  # noqa: E402

sys.path.pop()


class Bursts(unittest.TestCase):
    def run_burst(self, uploads, window, concurrency, **changes):
        return Simulation(dataclasses.replace(policy.current(), **changes), uploads, window, concurrency).run()

    def test_nothing_is_lost(self):
        for uploads, window, concurrency in [(10_000, 60, 1000), (10_000, 10, 1000), (10_000, 60, 10)]:
            with self.subTest(uploads=uploads, window=window, concurrency=concurrency):
                outcome = self.run_burst(uploads, window, concurrency)
                self.assertEqual((outcome.lost, outcome.submitted), (0, uploads))
                # Not faster than Batch allows.
                self.assertGreater(outcome.last, uploads / 50 - 2)

    def test_the_simulation_can_lose(self):
        before = Simulation(policy.BEFORE, 10_000, 60, 1000).run()
        self.assertGreater(before.lost, 500)
        self.assertEqual(before.lost + before.submitted, 10_000)
        self.assertGreater(self.run_burst(10_000, 10, 1000, attempts=3).lost, 500)
        self.assertGreater(self.run_burst(10_000, 60, 1000, timeout=5).lost, 500)

    def test_the_values_are_the_functions(self):
        current = policy.current()
        self.assertEqual(current.timeout, source()["Resources"]["TriggerFunction"]["Properties"]["Timeout"])
        self.assertLessEqual(current.max_delay, 5000)
        self.assertEqual([current.limit(number) for number in (0, 1, 2, 3, 99)], [1000, 2000, 4000, 5000, 5000])

    def test_a_value_that_moved_is_an_error(self):
        text = policy.SOURCE.read_text()
        self.addCleanup(setattr, policy, "SOURCE", policy.SOURCE)
        policy.SOURCE = pathlib.Path(ROOT, "Sources", "TriggerFunction", "Trigger.swift")
        self.assertIn("listPause", text)
        with self.assertRaises(ValueError):
            policy.current()

    def test_the_page_has_the_table(self):
        """One row of docs/trigger.md, made anew."""
        outcome = self.run_burst(10_000, 10, 1000)
        before = Simulation(policy.BEFORE, 10_000, 10, 1000).run()
        page = (ROOT / "docs" / "trigger.md").read_text()
        self.assertIn(
            f"| 10,000 in 10 s | 1,000 | {before.lost:,} | {outcome.lost} | {outcome.last / 60:.0f} min | "
            f"{outcome.invocations:,} |", page)


if __name__ == "__main__":
    unittest.main()
