"""The commands of docs/trigger.md: the files and variables that they name are there."""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from translated import PSEUDO, ROOT, resolve

from deployment import Deployment
from pipeline import STACK
from template import load


def commands():
    text = (ROOT / "docs" / "trigger.md").read_text()
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.strip().splitlines()]


class Commands(unittest.TestCase):
    def test_events_of_sam_local_invoke(self):
        names = [re.search(r"--event (\S+)", command)[1] for command in commands() if command.startswith("sam local")]
        self.assertEqual(len(set(names)), 3)
        for name in names:
            self.assertTrue((ROOT / name).exists(), name)

    def test_variables_of_sam_local_invoke(self):
        """SAM ignores variables that the template does not declare."""
        [copy] = [command for command in commands() if command.startswith("awk")]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / "template.yaml", folder)
            subprocess.run(["bash", "-c", copy], cwd=folder, check=True)
            declared = [self.declared(pathlib.Path(folder, name)) for name in ("template.yaml", "local.yaml")]
        settings = [json.loads(shlex.split(command)[1]) for command in commands() if command.startswith("echo")]
        self.assertEqual(len(settings), 2)
        for names, values in zip(declared, settings):
            self.assertEqual(names, set(values["TriggerFunction"]))

    def declared(self, path):
        template = resolve(load(path), {"WorkerImage": "image"}, PSEUDO)
        return set(template["Resources"]["TriggerFunction"]["Properties"]["Environment"]["Variables"])

    def test_names_are_those_of_the_local_pipeline(self):
        settings = [command for command in commands() if command.startswith("echo")][1]
        variables = json.loads(shlex.split(settings)[1])["TriggerFunction"]
        definition = Deployment.read().definitions["JobDefinition"]
        self.assertEqual(variables["JOB_DEFINITION"], definition["name"])
        self.assertEqual(variables["JOB_QUEUE"], f"{STACK}-JobQueue")


if __name__ == "__main__":
    unittest.main()
