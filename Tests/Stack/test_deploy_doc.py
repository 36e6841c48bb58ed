"""docs/deploy.md, from the first command to the last: AWS's command line against moto, and fakes of the other
programs, which record their arguments."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from translated import ACCOUNT, PSEUDO, REGION, ROOT, resolve, source

from harness.aws import Moto

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reelpress-TriggerFunction-1"
BUCKET = f"reelpress-{ACCOUNT}-{REGION}"
PAGE = (ROOT / "docs" / "deploy.md").read_text()
# Each records its arguments; docker's login expects a password.
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
[ "$1" != login ] || grep -q . || { echo "no password" >&2; exit 1; }
"""


def commands(start, end):
    """The commands between two headings, for this account."""
    text = PAGE.split(start)[1].split(end)[0].replace("ACCOUNT", ACCOUNT).replace("REGION", REGION)
    found = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.strip() for block in found for line in block.strip().splitlines()]


def queue(aws):
    return aws.job_queue("reelpress")


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.walk = commands("# Deploy", "### With a published release")
        cls.removal = commands("### Remove the stack", "## Before")

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.aws = self.enterContext(Moto())
        for name in ("docker", "sam", "make", "curl"):
            path = self.folder / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(FAKE)
            path.chmod(0o755)
        (self.folder / "clip.mp4").write_bytes(b"a clip")
        self.calls = self.folder / "calls"

    def run_command(self, command):
        tools = pathlib.Path(sys.executable).parent
        environment = self.aws.environment | {
            "PATH": f"{self.folder / 'bin'}:{tools}:/usr/bin:/bin", "CALLS": str(self.calls), "HOME": str(self.folder)}
        run = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=environment, capture_output=True, text=True,
            timeout=120)
        self.assertEqual(run.returncode, 0, f"{command}\n{run.stdout}{run.stderr}")

    def test_eight_numbered_commands(self):
        self.assertLessEqual(len(self.walk), 8)
        numbers = re.findall(r"(?m)^(\d)\. .*\n\n   ```sh\n", PAGE)
        self.assertEqual(numbers, [str(number) for number in range(1, len(self.walk) + 1)])

    def test_no_programs_but_these(self):
        """Neither Swift nor make, and no shell's own syntax, so that PowerShell takes them too."""
        for command in self.walk:
            for part in re.split("[;|]", command):
                with self.subTest(part):
                    self.assertIn(part.split()[0], ("aws", "docker", "sam"))
            self.assertNotRegex(command, r"[$`\\<>&]")

    def test_every_command(self):
        s3 = self.aws.client("s3")
        job_queue = queue(self.aws)
        job = self.aws.client("batch").submit_job(
            jobName="running", jobQueue=job_queue, jobDefinition=self.aws.job_definition("reelpress-worker"))["jobId"]
        for command in [*self.walk, *self.removal]:
            command = command.replace("QUEUE", job_queue)
            with self.subTest(command):
                if command.endswith("small.mp4"):
                    # The worker's part.
                    s3.copy_object(
                        Bucket=BUCKET, Key="output/preserve/clip.mp4",
                        CopySource={"Bucket": BUCKET, "Key": "input/preserve/clip.mp4"})
                self.run_command(command)
                if command.startswith("sam deploy"):
                    # The stack's.
                    s3.create_bucket(Bucket=self.deployed(command))
        self.assertEqual((self.folder / "small.mp4").read_bytes(), b"a clip")
        self.assertEqual(s3.list_buckets()["Buckets"], [])
        repositories = self.aws.client("ecr").describe_repositories()["repositories"]
        [registry] = [entry["repositoryUri"] for entry in repositories]
        image = f"{registry}:0.1.0"
        self.assertEqual(self.calls.read_text().splitlines(), [
            f"docker login --username AWS --password-stdin {registry.split('/')[0]}",
            "docker build -f Dockerfile.worker --target function --output dist .",
            f"docker build -f Dockerfile.worker --push --tag {image} .",
            f"sam deploy --parameter-overrides WorkerImage={image} EcrRepository=reelpress NotifyEmail=EMAIL",
            "sam delete --no-prompts",
        ])
        [ended] = self.aws.client("batch").describe_jobs(jobs=[job])["jobs"]
        self.assertEqual(ended["statusReason"], "removed")
        # moto writes them in lower case.
        roles = {role["RoleName"].lower() for role in self.aws.client("iam").list_roles()["Roles"]}
        self.assertLessEqual({"awsserviceroleforbatch", "awsserviceroleforecs"}, roles)

    def test_with_a_published_release(self):
        for command in commands("### With a published release", "### Remove the stack"):
            self.run_command(command)
        self.assertEqual(self.calls.read_text().splitlines(), [
            "curl --location --create-dirs --output dist/trigger.zip RELEASE/trigger-amd64.zip",
            "sam deploy --parameter-overrides WorkerImage=IMAGE NotifyEmail=EMAIL"])
        workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
        self.assertIn('mv dist/trigger.zip "dist/trigger-$ARCH.zip"', workflow)
        self.assertIn(">dist/image.txt", workflow)

    def test_the_function_is_what_docker_builds(self):
        self.assertEqual(source()["Resources"]["TriggerFunction"]["Properties"]["CodeUri"], "dist/trigger.zip")

    def deployed(self, command):
        """The bucket that the template has for the parameters of a `sam deploy`."""
        words = command.split("--parameter-overrides ")[1].split()
        parameters = dict(word.split("=", 1) for word in words)
        stack = resolve(source(), parameters, PSEUDO)
        definition = stack["Resources"]["JobDefinition"]["Properties"]["ContainerProperties"]
        self.assertEqual(definition["Image"], parameters["WorkerImage"])
        return stack["Outputs"]["Bucket"]["Value"]


class Further(unittest.TestCase):
    def test_a_bucket_that_is_there(self):
        [command] = [line for line in commands("### An existing bucket", "## Perm") if line.startswith("aws")]
        with Moto() as server:
            server.client("s3").create_bucket(Bucket="BUCKET")
            tools = pathlib.Path(sys.executable).parent
            subprocess.run(
                ["bash", "-c", command], check=True, capture_output=True,
                env=server.environment | {"PATH": f"{tools}:/usr/bin:/bin"})

    def test_failed_jobs_are_listed(self):
        [command] = [
            line for line in commands("## What needs attention", "## Troubleshooting") if "list-jobs" in line]
        with Moto() as server:
            tools = pathlib.Path(sys.executable).parent
            subprocess.run(
                ["bash", "-c", command.replace("QUEUE", queue(server))], check=True, capture_output=True,
                env=server.environment | {"PATH": f"{tools}:/usr/bin:/bin"})

    def test_parameters_are_the_templates(self):
        table = PAGE.split("## Parameters")[1].split("### ")[0]
        names = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
        named = re.findall(r"`([A-Z][a-z]+[A-Za-z0-9]*)`", "\n".join(names))
        self.assertGreater(len(named), 12)
        for name in named:
            with self.subTest(name):
                self.assertIn(name, source()["Parameters"])

    def test_permissions_of_the_deployer(self):
        """Those of IAM and of budgets, which the page lists one by one: the handlers in CloudFormation's schemas."""
        section = PAGE.split("### Permissions of the deployer")[1].split("\n## ")[0]
        # For parts of a role that the template has none of, and for the console's pages.
        unused = {
            "AttachRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary",
            "UpdateRoleDescription", "GetBillingViewData"}
        for kind in ("AWS::IAM::Role", "AWS::Budgets::Budget"):
            handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema["handlers"]
            needed = {
                action.split(":")[1] for name, handler in handlers.items() if name != "list"
                for action in handler["permissions"]}
            for action in sorted(needed - unused):
                with self.subTest(kind, action=action):
                    self.assertRegex(section, rf"[`:]{action}`")

    def test_links_lead_somewhere(self):
        for page in ("README.md", "docs/deploy.md", "docs/cost.md", "docs/security.md", "docs/image.md"):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text()):
                with self.subTest(page=page, target=target):
                    self.assertTrue(os.path.exists((ROOT / page).parent / target))


class WithoutJobs(unittest.TestCase):
    """The commands for objects that have no job."""

    @classmethod
    def setUpClass(cls):
        cls.commands = commands("## Objects that have no job", "## Troubleshooting")

    def run_command(self, command, server):
        command = command.replace("BUCKET", "bucket").replace("FUNCTION", FUNCTION)
        tools = pathlib.Path(sys.executable).parent
        run = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, timeout=60,
            env=server.environment | {"PATH": f"{tools}:/usr/bin:/bin"})
        self.assertEqual(run.returncode, 0, f"{command}\n{run.stdout}{run.stderr}")
        return run.stdout

    def test_s3_batch_operations(self):
        role, policy, job = [command for command in self.commands if command.startswith("aws ")]
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

    def test_modes_of_resubmit(self):
        modes = [shlex.split(command)[2] for command in self.commands if command.startswith("python3")]
        self.assertEqual(modes, ["library", "failed-events", "failed-jobs"])
        for mode in modes:
            run = subprocess.run(
                [sys.executable, ROOT / "scripts" / "resubmit", mode, "--help"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
