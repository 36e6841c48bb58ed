"""scripts/deploy-check against the local pipeline: it finds that everything holds, and what does not."""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from programs import FUNCTION, ROOT, WORKER

from pipeline import BUCKET, Pipeline
from workers import Program

SCRIPT = ROOT / "scripts" / "deploy-check"
TOOLS = pathlib.Path(sys.executable).parent


def check(environment, *words, answer=None):
    run = subprocess.run(
        [sys.executable, SCRIPT, "--period", "0.3", *words], input=answer, capture_output=True, text=True, timeout=300,
        env=environment | {"PATH": f"{TOOLS}:/usr/bin:/bin"})
    return run.returncode, run.stdout, run.stderr


class WithPipeline(unittest.TestCase):
    def open(self, worker=WORKER, **parameters):
        self.pipeline = self.enterContext(Pipeline(
            FUNCTION, Program(worker), {"Preset": "ultrafast"} | parameters, log=lambda line: None))
        self.s3 = self.pipeline.aws.client("s3")
        return self.pipeline.environment

    def keys(self):
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


class Held(WithPipeline):
    def test_everything(self):
        environment = self.open()
        status, output, error = check(environment, "--yes", "--update")
        self.assertEqual((status, error), (0, ""), output)
        self.assertNotIn("FAILED  ", output)
        for line in (
            "clip.mp4: the upload started a job", "clip.mp4: its job is SUCCEEDED, exit codes [0]",
            "clip.mp4: its report is done", "clip.mp4: its output has", "text.mp4: its job is FAILED, exit codes [10]",
            "text.mp4: its report is failed, unreadable-source", "text.mp4: it has no output",
            "text.mp4: the failed job is in the queue FailedJobs", "update-1.mp4: its job is SUCCEEDED, exit codes [0]",
            "update-2.mp4: its job is SUCCEEDED, exit codes [0]", "Crf becomes 25", "Crf becomes 24",
            "estimate of its cost: $", "everything held",
        ):
            with self.subTest(line):
                self.assertIn(line, output)
        # Nothing of it stays.
        self.assertEqual(self.keys(), [])
        sqs = self.pipeline.aws.client("sqs")
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=self.pipeline.failed_jobs))

    def test_it_asks_first(self):
        environment = self.open()
        status, output, _ = check(environment, answer="n\n")
        self.assertEqual(status, 1)
        self.assertIn("2 jobs of about a minute on Fargate: some cents\nStart? [y/N]", output)
        self.assertEqual(self.keys(), [])


class Failed(WithPipeline):
    def program(self, text):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = pathlib.Path(folder, "worker")
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def test_a_worker_that_encodes_nothing(self):
        """All jobs fail, the clip's too."""
        environment = self.open(self.program("exit 10"))
        status, output, error = check(environment, "--yes", "--keep")
        self.assertIn("FAILED  ", output)
        self.assertIn("clip.mp4: its job is FAILED, exit codes [10]", output)
        self.assertEqual(status, 1)
        self.assertIn("text.mp4.json", error)
        self.assertEqual(len(self.keys()), 2)

    def test_a_paused_stack_starts_nothing(self):
        environment = self.open(Paused="true")
        status, output, _ = check(environment, "--yes", "--minutes", "0.02")
        self.assertEqual(status, 1)
        self.assertIn("held    ", output)
        self.assertRegex(output, r"FAILED  .*clip.mp4: its job is RUNNABLE, exit codes \[\]")
        self.assertIn("it waits for vCPUs", output)

    def test_what_is_missing_is_named(self):
        environment = self.open()
        status, _, error = check(environment, "--stack", "another")
        self.assertEqual((status, "another" in error), (1, True))
        status, _, error = check(environment | {"PATH": "/nowhere"})
        self.assertEqual(status, 1)


class Clip(unittest.TestCase):
    def test_it_is_small(self):
        self.assertLess(os.path.getsize(SCRIPT / "clip.mp4"), 30_000)
