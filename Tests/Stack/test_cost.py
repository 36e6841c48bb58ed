"""scripts/cost.py, and that docs/cost.md shows its output."""
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from translated import ROOT, source

spec = importlib.util.spec_from_file_location("cost", ROOT / "scripts" / "cost.py")
cost = importlib.util.module_from_spec(spec)
sys.modules["cost"] = cost
spec.loader.exec_module(cost)


def run(*words):
    return subprocess.run([sys.executable, ROOT / "scripts" / "cost.py", *words], capture_output=True, text=True)


class Formula(unittest.TestCase):
    def test_an_hour_by_hand(self):
        # 4 × 0.04048 + 8 × 0.004445 = 0.19748 an hour on demand; 86,400 frames at 24 fps are an hour.
        self.assertAlmostEqual(cost.Task(4, 8, discount=0, start=0).cost(86400, 24), 0.19748)
        self.assertAlmostEqual(cost.Task(4, 8, discount=0.5, start=0).cost(86400, 24), 0.09874)
        arm = cost.Task(4, 8, "ARM64", discount=0, start=36)
        self.assertAlmostEqual(arm.cost(86400, 24), (4 * .03238 + 8 * .00356) * 1.01)

    def test_a_minute_at_least(self):
        self.assertAlmostEqual(cost.Task(4, 8, discount=0, start=0).cost(24, 24), 0.19748 / 60)

    def test_prices_are_those_of_the_stack(self):
        environment = source()["Resources"]["JobDefinition"]["Properties"]["ContainerProperties"]["Environment"]
        settings = {entry["Name"]: entry["Value"] for entry in environment if "Name" in entry}
        for name, place in (("REELPRESS_PRICE_VCPU_HOUR", 0), ("REELPRESS_PRICE_GB_HOUR", 1)):
            _, arm, x86 = settings[name]["Fn::If"]
            self.assertAlmostEqual(float(arm), cost.ON_DEMAND["ARM64"][place] / 2)
            self.assertAlmostEqual(float(x86), cost.ON_DEMAND["X86_64"][place] / 2)


class Program(unittest.TestCase):
    def test_a_report(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "report.json")
            path.write_text(json.dumps({
                "resources": {"framesPerSecond": 12.0}, "frames": {"encoded": 43200}, "source": {"duration": 1800}}))
            outcome = run("--report", str(path), "--start", "0", "--discount", "0")
            self.assertIn("0.50 h of video, 43200 frames at 12.00 fps: 1.00 h", outcome.stdout)
            self.assertIn("$0.1975, $0.3950 for an hour of video", outcome.stdout)
            path.write_text("{}")
            outcome = run("--report", str(path))
            self.assertEqual(outcome.returncode, 2)
            self.assertIn("not the report of a job that encoded something", outcome.stderr)

    def test_wrong_arguments_are_named(self):
        for words, error in [
            ([], "give --fps, or --report of a job"), (["--fps", "0"], "0 is not above zero"),
            (["--fps", "1", "--size", "4"], "4 is not a size, as 4vcpu-8gb is"),
            (["--fps", "1", "--discount", "1"], "1 is not a share from 0 to below 1"),
        ]:
            with self.subTest(words):
                outcome = run(*words)
                self.assertEqual(outcome.returncode, 2)
                self.assertIn(error, outcome.stderr)

    def test_the_page_shows_its_output(self):
        text = (ROOT / "docs" / "cost.md").read_text()
        shown = re.findall(r"```console\n\$ scripts/cost\.py (.*)\n(.*?)```", text, re.DOTALL)
        self.assertTrue(shown)
        for words, output in shown:
            with self.subTest(words):
                self.assertEqual(run(*words.split()).stdout, output)

    def test_the_pages_table_agrees(self):
        """Rows of: resolutions, task, frames per second, …, dollars."""
        text = (ROOT / "docs" / "cost.md").read_text()
        rows = re.findall(r"^\| \d+p .*\| `(\S+)` \| ([0-9.]+) \| .*\$([0-9.]+) \|$", text, re.MULTILINE)
        self.assertGreaterEqual(len(rows), 4)
        for size, fps, dollars in rows:
            with self.subTest(size=size, fps=fps):
                task = cost.Task(*cost.size(size))
                self.assertAlmostEqual(task.cost(86400, float(fps)), float(dollars), delta=0.006)

    def test_the_pages_limits_agree(self):
        """Rows of: MaxVcpus, OnDemandVcpus, dollars an hour, dollars a month."""
        text = (ROOT / "docs" / "cost.md").read_text()
        rows = re.findall(
            r"^\| `MaxVcpus=(\d+)(?: OnDemandVcpus=(\d+))?`.* \| \$([0-9.]+) \| \$(\d+) \|$", text, re.MULTILINE)
        self.assertEqual(len(rows), 3)
        self.assertEqual(int(rows[0][0]), source()["Parameters"]["MaxVcpus"]["Default"])
        for spot, demand, hour, month in rows:
            with self.subTest(spot=spot, demand=demand):
                dollars = int(spot) / 4 * cost.Task(4, 8).hour + int(demand or 0) / 4 * cost.Task(4, 8, discount=0).hour
                self.assertAlmostEqual(dollars, float(hour), delta=0.006)
                self.assertAlmostEqual(dollars * 730, float(month), delta=0.6)

    def test_the_pages_comparison_agrees(self):
        """Rows of: minutes × factor × price = dollars, dollars of the table above, times."""
        text = (ROOT / "docs" / "cost.md").read_text()
        rows = re.findall(
            r"^\| (\d+p) \| (\d+) × (\d) × \$([0-9.]+) = \$([0-9.]+) \| \$([0-9.]+) \| (\d+) times as much \|$", text,
            re.MULTILINE)
        self.assertEqual([row[0] for row in rows], ["1080p", "2160p"])
        for height, minutes, factor, price, theirs, ours, times in rows:
            with self.subTest(height):
                self.assertAlmostEqual(int(minutes) * int(factor) * float(price), float(theirs), delta=0.006)
                self.assertRegex(text, rf"(?m)^\| {height} \| {height} \| .*\${re.escape(ours)} \|$")
                self.assertEqual(round(float(theirs) / float(ours)), int(times))
