"""The commands of docs/trigger.md: AWS's command line takes them, and the files that they name are there."""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

from translated import ACCOUNT, PSEUDO, REGION, ROOT, resolve, source

from harness.aws import Moto

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reelpress-TriggerFunction-1"


def commands():
    text = (ROOT / "docs" / "trigger.md").read_text()
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.strip().splitlines()]


class Commands(unittest.TestCase):
    def run_command(self, command, server):
        command = command.replace("ACCOUNT", ACCOUNT).replace("BUCKET", "bucket").replace("FUNCTION", FUNCTION)
        tools = pathlib.Path(sys.executable).parent
        run = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, timeout=60,
            env=server.environment | {"PATH": f"{tools}:/usr/bin:/bin"})
        self.assertEqual(run.returncode, 0, f"{command}\n{run.stdout}{run.stderr}")
        return run.stdout

    def test_s3_batch_operations(self):
        role, policy, job = [command for command in commands() if command.startswith("aws ")]
        with Moto() as server:
            self.run_command(role, server)
            self.run_command(policy, server)
            iam = server.client("iam")
            found = iam.get_role_policy(RoleName="reelpress-s3-batch", PolicyName="invoke")["PolicyDocument"]
            allowed = {entry["Action"] for entry in found["Statement"]}
            self.assertEqual(allowed, {"lambda:InvokeFunction", "s3:PutInventoryConfiguration", "s3:PutObject"})
            trusted = iam.get_role(RoleName="reelpress-s3-batch")["Role"]["AssumeRolePolicyDocument"]
            self.assertEqual(trusted["Statement"][0]["Principal"], {"Service": "batchoperations.s3.amazonaws.com"})
            # Checks the arguments against the service's model, and sends nothing.
            self.run_command(f"{job} --generate-cli-skeleton output", server)
        words = shlex.split(job)
        options = dict(zip(words, words[1:]))
        self.assertEqual(json.loads(options["--operation"])["LambdaInvoke"]["InvocationSchemaVersion"], "2.0")
        report = json.loads(options["--report"])
        self.assertIn(f"{report['Bucket']}/{report['Prefix']}/*", policy)

    def test_events_of_sam_local_invoke(self):
        names = [re.search(r"--event (\S+)", command)[1] for command in commands() if command.startswith("sam local")]
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertTrue((ROOT / name).exists(), name)
        [settings] = [command for command in commands() if command.startswith("echo")]
        variables = json.loads(shlex.split(settings)[1])["TriggerFunction"]
        function = resolve(source(), {"WorkerImage": "image"}, PSEUDO)["Resources"]["TriggerFunction"]["Properties"]
        self.assertLessEqual(set(variables), set(function["Environment"]["Variables"]))

    def test_modes_of_resubmit(self):
        modes = [shlex.split(command)[2] for command in commands() if command.startswith("python3 scripts/resubmit")]
        self.assertEqual(modes, ["library", "failed-events", "failed-jobs"])
        for mode in modes:
            run = subprocess.run(
                [sys.executable, ROOT / "scripts" / "resubmit", mode, "--help"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    unittest.main()
