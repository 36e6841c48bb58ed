"""The commands of docs/trigger.md: the files and variables that they name are there."""
import json
import re
import shlex
import unittest

from translated import PSEUDO, ROOT, resolve, source


def commands():
    text = (ROOT / "docs" / "trigger.md").read_text()
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.strip().splitlines()]


class Commands(unittest.TestCase):
    def test_events_of_sam_local_invoke(self):
        names = [re.search(r"--event (\S+)", command)[1] for command in commands() if command.startswith("sam local")]
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertTrue((ROOT / name).exists(), name)
        [settings] = [command for command in commands() if command.startswith("echo")]
        variables = json.loads(shlex.split(settings)[1])["TriggerFunction"]
        function = resolve(source(), {"WorkerImage": "image"}, PSEUDO)["Resources"]["TriggerFunction"]["Properties"]
        self.assertLessEqual(set(variables), set(function["Environment"]["Variables"]))


if __name__ == "__main__":
    unittest.main()
