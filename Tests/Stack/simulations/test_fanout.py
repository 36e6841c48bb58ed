"""Benchmarks/fanout: with the product's own chunks and claims, many tasks are almost as good as their number."""
import pathlib
import subprocess
import tempfile
import unittest

from translated import ROOT

PAGE = ROOT / "docs" / "cost.md"


class FanOut(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = ".build/fanout/fanout"
        subprocess.run(["make", "--no-print-directory", program], cwd=ROOT, check=True)
        with tempfile.TemporaryDirectory() as folder:
            plot = pathlib.Path(folder, "plot.svg")
            run = subprocess.run(
                [ROOT / program, "--hours", plot], check=True, capture_output=True, text=True)
            cls.plot = plot.read_text()
        cls.lines = run.stdout.splitlines()
        cls.rows = {
            (cells[0], cells[1]): cells[2:]
            for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in cls.lines[2:])}

    def times(self, video, tasks):
        return [float(cell) for cell in self.rows[video, tasks][1:4]]

    def costs(self, video, tasks):
        return [float(cell.removeprefix("$")) for cell in self.rows[video, tasks][4:]]

    def test_sixteen_tasks_are_within_a_tenth_of_the_ideal(self):
        for video in ("1080p", "2160p"):
            with self.subTest(video):
                self.assertLess(self.times(video, "16")[0], float(self.rows[video, "16"][0]) * 1.1)

    def test_they_cost_what_one_costs(self):
        for video in ("1080p", "2160p"):
            for tasks in ("4", "8", "16", "32"):
                with self.subTest(video, tasks=tasks):
                    self.assertLess(self.costs(video, tasks)[0], self.costs(video, "1")[0] * 1.03)

    def test_interruptions_cost_little(self):
        """Against a job that begins anew after each of them, at one interruption in five hours."""
        self.assertLess(self.costs("2160p", "16")[2], self.costs("2160p", "1, no resume")[2] * 0.65)
        for video in ("1080p", "2160p"):
            self.assertLess(self.times(video, "16")[2], self.times(video, "16")[0] * 1.05)

    def test_the_page_has_the_table_and_the_plot(self):
        """`make fanout` prints one and writes the other."""
        page = PAGE.read_text().splitlines()
        for line in self.lines[2:]:
            self.assertIn(line, page)
        self.assertEqual((ROOT / "docs" / "fanout.svg").read_text(), self.plot)


if __name__ == "__main__":
    unittest.main()
