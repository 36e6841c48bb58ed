"""scripts/resubmit against moto's S3, SQS and Batch, and the built function under AWS's emulator."""
import contextlib
import io
import json
import os
import subprocess
import sys
import time
import types
import unittest
import urllib.parse

from programs import FUNCTION, ROOT

from harness.aws import REGION, Moto
from harness.function import Function

sys.path.insert(0, str(ROOT / "scripts" / "resubmit"))
import candidates  # noqa: E402
import sender  # noqa: E402

sys.path.pop(0)

BUCKET = "library"
FUNCTION_NAME = "function"


class Resubmit(unittest.TestCase):
    """What the tests of all modes share."""

    @classmethod
    def setUpClass(cls):
        cls.aws = cls.enterClassContext(Moto())
        cls.queue = cls.aws.job_queue("encode")
        cls.definition = cls.aws.job_definition("worker")
        cls.function = cls.enterClassContext(contextlib.closing(Function(
            FUNCTION, cls.aws.environment | {"JOB_QUEUE": cls.queue, "JOB_DEFINITION": cls.definition}, 30)))
        cls.s3, cls.sqs, cls.batch = (cls.aws.client(name) for name in ("s3", "sqs", "batch"))

    def setUp(self):
        self.s3.create_bucket(Bucket=BUCKET)
        self.addCleanup(self.empty)

    def empty(self):
        for entry in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            self.s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
        self.s3.delete_bucket(Bucket=BUCKET)

    def run_script(self, *words, function=FUNCTION_NAME, status=0):
        url = urllib.parse.urlsplit(self.function.url)
        # The emulator runs one event at a time, under the path of Lambda's own Invoke.
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "resubmit", words[0], "--function", function, "--parallel", "1", *words[1:]],
            env=self.aws.environment | {
                "PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL_LAMBDA": f"{url.scheme}://{url.netloc}"},
            capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run.stdout.splitlines(), run.stderr.splitlines()

    def put(self, key, status=None, etag=None, body=b"video"):
        """An object, and a report of it."""
        found = self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
        if status:
            report = {"schema": 2, "status": status, "source": {"key": key, "etag": etag or found}}
            self.s3.put_object(
                Bucket=BUCKET, Key=candidates.Upload(BUCKET, key).report, Body=json.dumps(report).encode())
        return found

    def jobs(self):
        """The environments of all jobs, by key."""
        everything = [{"name": "JOB_NAME", "values": ["*"]}]
        listed = self.batch.list_jobs(jobQueue=self.queue, filters=everything)["jobSummaryList"]
        jobs = self.batch.describe_jobs(jobs=[job["jobId"] for job in listed])["jobs"] if listed else []
        result = {}
        for job in jobs:
            variables = {entry["name"]: entry["value"] for entry in job["container"]["environment"]}
            result.setdefault(variables["S3_KEY"], []).append((job["jobId"], variables))
        return result

    def events_queue(self, *bodies):
        url = self.sqs.create_queue(QueueName=f"failed-{self.id().rpartition('.')[2]}"[:80])["QueueUrl"]
        self.addCleanup(self.sqs.delete_queue, QueueUrl=url)
        for body in bodies:
            self.sqs.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))
        return url

    def left(self, url):
        """The bodies of the messages that can be received."""
        bodies = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [message["Body"] for message in messages]
        return bodies


class Library(Resubmit):
    def test_what_is_finished_is_left_out(self):
        etag = self.put("input/library/a film+ü (1).mp4")
        self.put("input/downscale/library/done.mp4", "done")
        for status in ("kept", "unchanged", "skipped"):
            self.put(f"input/preserve/library/{status}.mkv", status)
        self.put("input/preserve/library/failed.mp4", "failed")
        self.put("input/preserve/library/interrupted.mp4", "interrupted")
        self.put("input/preserve/library/replaced.mp4", "done", etag="of-an-older-one")
        self.put("input/preserve/library/empty.mp4", body=b"")
        self.put("input/preserve/library/film.srt")
        self.s3.put_object(Bucket=BUCKET, Key="input/preserve/library/", Body=b"")
        needed = [
            "input/library/a film+ü (1).mp4", "input/preserve/library/failed.mp4",
            "input/preserve/library/interrupted.mp4", "input/preserve/library/replaced.mp4"]

        lines, errors = self.run_script("library", BUCKET, "--dry-run")
        self.assertEqual(sorted(lines[:-1]), sorted(
            f"s3://{BUCKET}/{key}" for key in [*needed, "input/preserve/library/film.srt"]))
        self.assertEqual((set(lines[-1].split(", ")), errors), ({"5 would be submitted", "4 finished before"}, []))
        self.assertFalse(set(needed) & set(self.jobs()))

        lines, errors = self.run_script("library", BUCKET)
        self.assertEqual(errors, [])
        self.assertEqual(sorted(lines[-1].split(", ")), sorted([
            "4 submitted", "1 skipped by the function", "4 finished before"]))
        jobs = self.jobs()
        self.assertEqual(sorted(key for key in jobs if "library/" in key), sorted(needed))
        [(_, variables)] = jobs["input/library/a film+ü (1).mp4"]
        self.assertEqual((variables["S3_BUCKET"], variables["S3_ETAG"]), (BUCKET, etag))

        # Their jobs are under way: nothing is submitted twice.
        lines, _ = self.run_script("library", BUCKET)
        self.assertIn("5 skipped by the function", lines[-1])
        self.assertNotIn("submitted", lines[-1])

    def test_a_prefix_limits_it(self):
        for key in ("input/preserve/prefix/a.mp4", "input/preserve/prefix/b.mp4", "input/preserve/other.mp4"):
            self.put(key)
        self.put("input/preserve/prefix/done.mp4", "done")
        lines, _ = self.run_script("library", BUCKET, "input/preserve/prefix/", "--dry-run")
        self.assertEqual(lines, [
            f"s3://{BUCKET}/input/preserve/prefix/a.mp4", f"s3://{BUCKET}/input/preserve/prefix/b.mp4",
            "2 would be submitted, 1 finished before"])
        lines, _ = self.run_script("library", BUCKET, "input/pre", "--dry-run")
        self.assertEqual(lines[-1], "3 would be submitted, 1 finished before")

    def test_errors_are_one_line_and_the_exit_code_1(self):
        self.put("input/preserve/errors.mp4")
        lines, errors = self.run_script("library", BUCKET, function="another", status=1)
        self.assertEqual(lines, ["1 failed"])
        self.assertEqual(len(errors), 1)
        self.assertTrue(errors[0].startswith(f"s3://{BUCKET}/input/preserve/errors.mp4: "), errors)
        _, errors = self.run_script("library", "no-such-bucket", status=1)
        self.assertEqual(len(errors), 1)
        self.assertIn("NoSuchBucket", errors[0])
        _, errors = self.run_script("library", BUCKET, "output/", status=2)
        self.assertIn("output/ is not below input/", errors[-1])

    def test_a_stack_that_is_not_there(self):
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "resubmit", "library", BUCKET], capture_output=True, text=True,
            env=self.aws.environment | {"PATH": os.environ["PATH"]})
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stderr, r"^scripts/resubmit: .*reelpress does not exist\n$")


class FailedEvents(Resubmit):
    def event(self, *keys):
        return {"Records": [
            candidates.Upload(BUCKET, key, "d41d8cd98f00b204e9800998ecf8427e", 5).event["Records"][0] for key in keys]}

    def record(self, event):
        """Lambda's record of an invocation that failed: "Capturing records of Lambda asynchronous invocations"."""
        return {
            "version": "1.0", "timestamp": "2026-11-28T00:00:00.000Z",
            "requestContext": {
                "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e", "condition": "RetriesExhausted",
                "functionArn": f"arn:aws:lambda:{REGION}:123456789012:function:{FUNCTION_NAME}:$LATEST",
                "approximateInvokeCount": 3},
            "requestPayload": event,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorType": "RecordsFailed", "errorMessage": "TooManyRequestsException"}}

    def test_an_accepted_event_leaves_the_queue(self):
        eventbridge = json.loads((ROOT / "events" / "eventbridge-object-created.json").read_text())
        good = self.record(self.event("input/events/a.mp4", "input/events/b.mp4"))
        bad = self.record({"Records": [{"eventSource": "aws:sqs"}]})
        # EventBridge's own queue of failures has the event as it is.
        url = self.events_queue(good, eventbridge, bad, "no JSON")
        lines, errors = self.run_script("failed-events", "--queue", url, status=1)
        self.assertEqual(set(lines[-1].split(", ")), {"3 submitted", "2 failed"})
        self.assertEqual(len(errors), 2)
        self.assertTrue(any("there is no event in it" in line for line in errors), errors)
        self.assertTrue(any("InvalidEvent" in line or "RecordsFailed" in line for line in errors), errors)
        self.assertLessEqual({"input/events/a.mp4", "input/events/b.mp4", "input/downscale/a+b 100%.mp4"}, set(self.jobs()))
        # What was not accepted is there at once for the next run.
        self.assertEqual(sorted(self.left(url)), sorted([json.dumps(bad), "no JSON"]))

    def test_a_dry_run_leaves_everything(self):
        url = self.events_queue(*[self.record(self.event(f"input/events/dry-{number}.mp4")) for number in range(12)])
        lines, errors = self.run_script("failed-events", "--queue", url, "--dry-run")
        self.assertEqual((lines[-1], errors), ("12 would be submitted", []))
        self.assertEqual(len(self.left(url)), 12)
        self.assertFalse([key for key in self.jobs() if "dry-" in key])


class FailedJobs(Resubmit):
    def submit(self, key, etag, status):
        name = key.rpartition("/")[2].replace(".", "_")
        job = self.batch.submit_job(
            jobName=name, jobQueue=self.queue, jobDefinition=self.definition, containerOverrides={"environment": [
                {"name": "S3_BUCKET", "value": BUCKET}, {"name": "S3_KEY", "value": key},
                {"name": "S3_ETAG", "value": etag}]})["jobId"]
        self.aws.change_job(job, "RUNNING")
        self.aws.change_job(job, status, 0 if status == "SUCCEEDED" else 20)

    def test_each_failed_object_is_submitted_once(self):
        failed = self.put("input/jobs/failed.mp4", "failed")
        finished = self.put("input/jobs/finished.mp4", "done")
        self.submit("input/jobs/failed.mp4", failed, "FAILED")
        self.submit("input/jobs/failed.mp4", failed, "FAILED")
        # A later job of the same version made it.
        self.submit("input/jobs/finished.mp4", finished, "FAILED")
        self.submit("input/jobs/succeeded.mp4", finished, "SUCCEEDED")
        lines, errors = self.run_script("failed-jobs", "--queue", self.queue)
        self.assertEqual((set(lines[-1].split(", ")), errors), (
            {"1 submitted", "1 finished before"}, []))
        jobs = self.jobs()
        self.assertEqual([len(jobs[f"input/jobs/{name}.mp4"]) for name in ("failed", "finished", "succeeded")], [3, 1, 1])
        self.assertEqual({variables["S3_ETAG"] for _, variables in jobs["input/jobs/failed.mp4"]}, {failed})


class Pace(unittest.TestCase):
    """AWS Batch takes 50 requests a second, and the jobs of new uploads are among them."""

    def starts(self, number, rate, seconds=0.0):
        """When each of so many invocations began, which take some seconds each."""
        found = []

        def invoke(**_):
            found.append(time.monotonic())
            time.sleep(seconds)
            return {"Payload": io.BytesIO(b'{"records": [{}]}')}

        ours = sender.Sender(types.SimpleNamespace(invoke=invoke), FUNCTION_NAME, rate, 8)
        ours.send(candidates.Upload(BUCKET, f"input/{index}.mp4") for index in range(number))
        self.assertEqual(ours.counts["submitted"], number)
        return found

    def test_no_more_than_the_rate(self):
        found = self.starts(21, 100)
        # A thread may begin late, but none early.
        self.assertGreaterEqual(found[-1] - found[0], 0.18)

    def test_a_slow_function_is_invoked_in_parallel(self):
        found = self.starts(16, 100, seconds=0.2)
        self.assertLess(found[-1] - found[0], 1.5)


class Uploads(unittest.TestCase):
    def test_reports_are_where_the_worker_writes_them(self):
        for key, report in [
                ("input/preserve/a/b.mp4", "reports/preserve/a/b.mp4.json"),
                ("input/downscale/b.mov", "reports/downscale/b.mov.json"),
                ("input/b.mp4", "reports/preserve/b.mp4.json"),
                ("input/preserve", "reports/preserve/preserve.json")]:
            self.assertEqual(candidates.Upload(BUCKET, key).report, report)

    def test_a_job_with_ecs_properties_has_its_object(self):
        container = {"name": "worker", "environment": [
            {"name": "S3_BUCKET", "value": "b"}, {"name": "S3_KEY", "value": "k"}, {"name": "S3_VERSION_ID", "value": "v"}]}
        job = {"ecsProperties": {"taskProperties": [{"containers": [container]}]}}
        self.assertEqual(candidates._upload(job), candidates.Upload("b", "k", version="v"))
        self.assertIsNone(candidates._upload({"container": {"environment": []}}))


if __name__ == "__main__":
    unittest.main()
