"""docs/deploy.md, from the first command to the last: AWS's command line against moto, and fakes of the other
programs, which record their arguments."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from translated import ACCOUNT, PSEUDO, REGION, ROOT, resolve, source

from harness.aws import Moto

BUCKET = f"reelpress-{ACCOUNT}-{REGION}"
HAS_IMAGE = re.search(r"^image:", (ROOT / "Makefile").read_text(), re.MULTILINE)
# Each records its arguments; docker's login expects a password.
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
[ "$1" != login ] || grep -q . || { echo "no password" >&2; exit 1; }
"""


def blocks():
    text = (ROOT / "docs" / "deploy.md").read_text().replace("ACCOUNT", ACCOUNT).replace("REGION", REGION)
    return [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.walk = [command for block in blocks()[:4] for command in block]

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.aws = self.enterContext(Moto())
        for name in ("docker", "sam", "make"):
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

    def test_ten_commands_at_most_with_tear_down(self):
        self.assertLessEqual(len(self.walk), 10)
        self.assertTrue(self.walk[-2].startswith("sam delete"))
        self.assertTrue(self.walk[-1].startswith("aws s3 rb"))

    def test_every_command(self):
        s3 = self.aws.client("s3")
        for command in self.walk:
            with self.subTest(command):
                if command.startswith("until"):
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
            f"make image IMAGE={image}",
            f"docker push {image}",
            "sam build",
            f"sam deploy --parameter-overrides WorkerImage={image} EcrRepository=reelpress",
            "sam delete --no-prompts",
        ])

    def deployed(self, command):
        """The bucket that the template has for the parameters of a `sam deploy`."""
        words = command.split("--parameter-overrides ")[1].split()
        parameters = dict(word.split("=", 1) for word in words)
        stack = resolve(source(), parameters, PSEUDO)
        definition = stack["Resources"]["JobDefinition"]["Properties"]["ContainerProperties"]
        self.assertEqual(definition["Image"], parameters["WorkerImage"])
        return stack["Outputs"]["Bucket"]["Value"]

    @unittest.skipUnless(HAS_IMAGE, "the Makefile has no target of that name")
    def test_make_knows_its_target(self):
        run = subprocess.run(
            ["make", "--dry-run", "image", "IMAGE=example/reelpress:1"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("example/reelpress:1", run.stdout)


class Further(unittest.TestCase):
    def test_a_bucket_that_is_there(self):
        [command] = [line for block in blocks()[4:] for line in block if line.startswith("aws")]
        with Moto() as server:
            server.client("s3").create_bucket(Bucket="BUCKET")
            tools = pathlib.Path(sys.executable).parent
            subprocess.run(
                ["bash", "-c", command], check=True, capture_output=True,
                env=server.environment | {"PATH": f"{tools}:/usr/bin:/bin"})

    def test_parameters_are_the_templates(self):
        text = (ROOT / "docs" / "deploy.md").read_text()
        table = text.split("## Parameters")[1].split("### ")[0]
        names = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
        named = re.findall(r"`([A-Z][a-z]+[A-Za-z0-9]*)`", "\n".join(names))
        self.assertGreater(len(named), 12)
        for name in named:
            with self.subTest(name):
                self.assertIn(name, source()["Parameters"])

    def test_links_lead_somewhere(self):
        for page in ("README.md", "docs/deploy.md", "docs/cost.md"):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text()):
                if target.endswith("image.md") and not HAS_IMAGE:
                    continue
                with self.subTest(page=page, target=target):
                    self.assertTrue(os.path.exists((ROOT / page).parent / target))
