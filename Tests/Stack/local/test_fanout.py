"""The whole fan-out on this machine: the job of a video and its helpers give the bytes that one worker gives."""
import contextlib
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from programs import FUNCTION, WORKER, clip, eventually

from pipeline import BUCKET, Pipeline
from workers import Program

CHUNKS, FRAMES = 8, 24
# So slow that the lead is stopped before it has encoded everything.
PRESET = "fast"
KEY = "preserve/clip.mp4"


class FanOut(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clip = clip("480x270", CHUNKS * FRAMES, FRAMES)
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder, "alone.mp4")
            subprocess.run([
                WORKER, "encode", cls.clip, output, "--preset", PRESET, "--chunks", str(FRAMES), "--log", "quiet"],
                check=True, stdout=subprocess.DEVNULL)
            cls.alone = hashlib.sha256(output.read_bytes()).hexdigest()

    @contextlib.contextmanager
    def running(self, slots, helpers=3):
        """The pipeline and the clip's job, stopped as soon as its helpers wait in their queue."""
        lines = []
        self.addCleanup(lambda: self._outcome.success or print("\n".join(lines)))
        with Pipeline(
            FUNCTION, Program(WORKER), {"Preset": PRESET, "Helpers": str(helpers)}, at_once=slots, log=lines.append,
            more={"REELPRESS_CHUNKS": str(FRAMES), "REELPRESS_HELPER_WORK": "0.001"},
        ) as pipeline:
            self.pipeline, self.s3, self.batch = pipeline, pipeline.aws.client("s3"), pipeline.aws.client("batch")
            self.s3.upload_file(str(self.clip), BUCKET, f"input/{KEY}")
            lead = eventually(lambda: next((job for job in self.jobs if job.key and job.process), None), "the job")
            eventually(lambda: self.keys("helper-job.json") or lead.status == "FAILED", "the helpers' submission")
            os.killpg(lead.process.pid, signal.SIGSTOP)
            try:
                yield lead
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(lead.process.pid, signal.SIGCONT)

    @property
    def jobs(self):
        return list(self.pipeline.runner.jobs.values())

    def helpers(self, count):
        found = eventually(lambda: (
            found := [job for job in self.jobs if not job.key]) and len(found) == count and found, f"{count} helpers")
        return sorted(found, key=lambda job: job.index)

    def keys(self, end=""):
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [entry["Key"] for entry in listed if entry["Key"].endswith(end)]

    def go_on(self, lead):
        os.killpg(lead.process.pid, signal.SIGCONT)
        eventually(lambda: all(job.status in ("SUCCEEDED", "FAILED") for job in self.jobs), "the end")
        self.assertEqual((lead.status, [end.exit_code for end in lead.attempts]), ("SUCCEEDED", [0]))
        output = self.s3.get_object(Bucket=BUCKET, Key=f"output/{KEY}")["Body"].read()
        self.assertEqual(hashlib.sha256(output).hexdigest(), self.alone)
        self.assertFalse([key for key in self.keys() if key.startswith("work/")])
        return json.load(self.s3.get_object(Bucket=BUCKET, Key=f"reports/{KEY}.json")["Body"])

    def test_a_lead_and_three_helpers(self):
        with self.running(slots=4) as lead:
            helpers = self.helpers(3)
            self.assertEqual([job.variables["REELPRESS_PLAN"].split("/")[0] for job in helpers], ["work"] * 3)
            # While the lead stands still, its helpers do what it has not begun, and end.
            eventually(lambda: all(job.status == "SUCCEEDED" for job in helpers), "the helpers' end")
            report = self.go_on(lead)
            self.assertEqual([[end.exit_code for end in job.attempts] for job in helpers], [[0]] * 3)
            self.assertEqual(report["status"], "done")
            self.assertGreaterEqual(report["chunks"]["helped"], 1)
            self.assertGreater(report["chunks"]["workers"], 1)

    def test_a_helper_that_is_killed_is_tried_again(self):
        with self.running(slots=2) as lead:
            helpers = self.helpers(3)
            first = eventually(lambda: next((job for job in helpers if job.status == "RUNNING"), None), "a helper")
            os.killpg(first.process.pid, signal.SIGKILL)
            eventually(lambda: first.attempts, "its end")
            self.go_on(lead)
            self.assertEqual(first.attempts[0].exit_code, 137)

    def test_helpers_that_never_start_are_cancelled(self):
        """They are no failed jobs for an operator."""
        with self.running(slots=1) as lead:
            helpers = self.helpers(3)
            [array] = self.pipeline.runner.arrays
            report = self.go_on(lead)
            self.assertEqual(report["chunks"]["helped"], 0)
            self.assertEqual([job.status for job in helpers], ["FAILED"] * 3)
            # One may be given the lead's place in the moment between its end and the cancellation: it is stopped.
            ends = [end.exit_code for job in helpers for end in job.attempts]
            self.assertIn(ends, ([], [0], [143]))
            [details] = self.batch.describe_jobs(jobs=[array])["jobs"]
            self.assertEqual(details["status"], "FAILED")
            sqs = self.pipeline.aws.client("sqs")
            self.assertNotIn("Messages", sqs.receive_message(QueueUrl=self.pipeline.failed_jobs))

    def test_one_helper_is_a_plain_job(self):
        with self.running(slots=2, helpers=1) as lead:
            [helper] = eventually(lambda: [job for job in self.jobs if not job.key], "the helper")
            self.assertEqual((helper.index, self.pipeline.runner.arrays), (None, set()))
            self.assertTrue(helper.name.startswith("reelpress-helper-"))
            self.go_on(lead)
            self.assertEqual([end.exit_code for end in helper.attempts], [0])


if __name__ == "__main__":
    unittest.main()
