"""Chunks of both architectures are never mixed, whoever works on the same source in the same bucket."""

import json
import os
import pathlib
import signal
import tempfile
import time
import unittest

from programs import AMD64, ARM64, PATIENCE

from harness import processes
from harness.aws import Moto
from kinds import entered

BUCKET, KEY = "videos", "input/preserve/clip.mp4"
OUTPUT, REPORT = "output/preserve/clip.mp4", "reports/preserve/clip.mp4.json"


class ChunksTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Moto())
        self.s3 = self.server.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        with tempfile.TemporaryDirectory() as folder:
            clip = pathlib.Path(folder, "clip.mp4")
            # More chunks than one worker encodes at once.
            entered(clip, seconds=2.24)
            self.s3.upload_file(str(clip), BUCKET, KEY)

    def work(self):
        """Keys and ETags of all that workers have left for each other."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="work/").get("Contents", [])
        return {entry["Key"]: entry["ETag"] for entry in found}

    def variables(self, **more):
        return self.server.environment | {
            "S3_BUCKET": BUCKET, "AWS_BATCH_JOB_ID": "lead", "AWS_BATCH_JOB_ATTEMPT": "1"} | more

    def lead(self, attempt=1):
        return self.variables(
            S3_KEY=KEY, AWS_BATCH_JOB_ATTEMPT=str(attempt), REELPRESS_CHUNKS="8", REELPRESS_PRESET="veryfast",
            REELPRESS_LARGER="keep")

    def plan(self):
        return next((key for key in self.work() if key.endswith("/plan.json")), None)

    def leave_unfinished(self):
        """What an arm64 worker that was lost in the middle leaves: a plan, claims, and a chunk at least."""
        worker = processes.start(ARM64.command(**self.lead()))
        try:
            deadline = time.monotonic() + PATIENCE
            while not (self.plan() and any(key.endswith(".chunk") for key in self.work())):
                self.assertIsNone(worker.poll(), "it ended before a chunk was done")
                self.assertLess(time.monotonic(), deadline, "no chunk is done")
                time.sleep(0.05)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        time.sleep(1)
        return self.work()

    def report(self):
        report = json.loads(self.s3.get_object(Bucket=BUCKET, Key=REPORT)["Body"].read())
        self.assertEqual(report["status"], "done")
        return report["chunks"]

    def test_amd64_uses_nothing_that_arm64_has_left(self):
        left = self.leave_unfinished()
        print(f"\nleft by arm64: {sorted(key.rpartition('/')[2] for key in left)}", end="", flush=True)

        code, said = AMD64.run(**self.variables(REELPRESS_PLAN=self.plan(), AWS_BATCH_JOB_ID="helpers:0"))
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"^work/\w+/plan\.json is of another version: format \d+, arm64, reelpress .*\n$")
        self.assertEqual(self.work(), left, "a helper has written something")

        self.assertEqual(AMD64.run(**self.lead()), (0, ""))
        chunks = self.report()
        self.assertEqual((chunks["foundDone"], chunks["made"]), (0, chunks["total"]))
        self.assertEqual(self.work(), left, "arm64's is no longer as it was")

        # Its own next attempt goes on.
        for key in (OUTPUT, REPORT):
            self.s3.delete_object(Bucket=BUCKET, Key=key)
        self.assertEqual(ARM64.run(**self.lead(2)), (0, ""))
        chunks = self.report()
        self.assertGreaterEqual(chunks["foundDone"], 1)
        self.assertEqual(chunks["foundDone"] + chunks["made"], chunks["total"])
        self.assertEqual(self.work(), {})


if __name__ == "__main__":
    unittest.main()
