"""The AWS CLI: each call is one command, and returns what it prints."""
import json
import os
import shutil
import subprocess


class Refused(Exception):
    """A command failed; the message is the CLI's own."""


class CLI:
    """Runs `aws` with the settings of the environment; a region, if given, replaces theirs."""

    def __init__(self, region=None):
        program = shutil.which("aws")
        if not program:
            raise Refused("the AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/")
        self.words = [program] + (["--region", region] if region else [])
        # Version 1 of the CLI ignores the variable for message queues.
        if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
            self.words += ["--endpoint-url", endpoint]

    def __call__(self, *words):
        """The JSON that a command prints; None where it prints nothing."""
        text = self.run(*words, "--output", "json")
        return json.loads(text) if text.strip() else None

    def run(self, *words):
        """The text that a command prints."""
        run = subprocess.run([*self.words, *words], capture_output=True, text=True)
        if run.returncode:
            raise Refused(f"aws {' '.join(words[:2])}: {' '.join(run.stderr.split()) or run.returncode}")
        return run.stdout

    def size(self, bucket, key):
        """The bytes of an object; None where there is none."""
        found = self("s3api", "list-objects-v2", "--bucket", bucket, "--prefix", key, "--max-keys", "1") or {}
        return next((entry["Size"] for entry in found.get("Contents", []) if entry["Key"] == key), None)

    def upload(self, path, bucket, key):
        self.run("s3", "cp", "--only-show-errors", str(path), f"s3://{bucket}/{key}")

    def document(self, bucket, key):
        """An object that is JSON."""
        return json.loads(self.run("s3", "cp", "--only-show-errors", f"s3://{bucket}/{key}", "-"))

    def remove(self, bucket, prefix):
        """Removes all objects below a prefix."""
        self.run("s3", "rm", "--only-show-errors", "--recursive", f"s3://{bucket}/{prefix}")
