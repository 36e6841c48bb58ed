"""The whole pipeline on this machine: each upload gets its output, also when jobs are killed or events repeated."""
import json
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

from programs import FUNCTION, ROOT, WORKER, clip, eventually, streams

from pipeline import BUCKET, Pipeline
from workers import Program



class Running(unittest.TestCase):
    def setUp(self):
        self.lines = []
        self.pipeline = self.enterContext(Pipeline(
            FUNCTION, Program(WORKER), {"Preset": "ultrafast"}, log=self.lines.append))
        self.s3 = self.pipeline.aws.client("s3")
        self.addCleanup(lambda: self._outcome.success or print("\n".join(self.lines)))

    @property
    def jobs(self):
        return list(self.pipeline.runner.jobs.values())

    def put(self, key, path):
        self.s3.upload_file(str(path), BUCKET, key)

    def encoding(self):
        """The job that is being encoded, once there is one."""
        return eventually(lambda: next((job for job in self.jobs if encodes(job)), None), "the encode")

    def over(self, count):
        """All jobs, once there are `count` of them and all are over."""
        def found():
            jobs = self.jobs
            return len(jobs) >= count and all(job.status in ("SUCCEEDED", "FAILED") for job in jobs) and jobs
        return eventually(found, f"{count} jobs")

    def report(self, key):
        return json.load(self.s3.get_object(Bucket=BUCKET, Key=f"reports/{key}.json")["Body"])

    def keys(self, prefix):
        listing = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [entry["Key"] for entry in listing]

    def output(self, key):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/output"
            self.s3.download_file(BUCKET, key, path)
            return streams(path)

    def video(self, key):
        [video] = [stream for stream in self.output(key) if stream["codec_type"] == "video"]
        return video["codec_name"], video["width"], video["height"], int(video["nb_frames"])


class ThreeAtOnce(Running):
    def test_each_ends_as_it_should(self):
        text = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "text")
        text.write_text("This is no video.\n" * 100)
        self.put("input/preserve/trip/day 1.mp4", clip("320x240", 25))
        self.put("input/downscale/large.mp4", clip("2880x1620", 5))
        self.put("input/preserve/text.mp4", text)
        self.put("input/preserve/trip/day 1.srt", text)
        ends = {job.key: (job.status, [end.exit_code for end in job.attempts]) for job in self.over(3)}
        self.assertEqual(ends, {
            "input/preserve/trip/day 1.mp4": ("SUCCEEDED", [0]),
            "input/downscale/large.mp4": ("SUCCEEDED", [0]),
            "input/preserve/text.mp4": ("FAILED", [10])})
        self.assertEqual(self.keys("output/"), ["output/downscale/large.mp4", "output/preserve/trip/day 1.mp4"])
        self.assertEqual(self.video("output/preserve/trip/day 1.mp4"), ("hevc", 320, 240, 25))
        self.assertEqual(self.video("output/downscale/large.mp4"), ("hevc", 2560, 1440, 5))
        self.assertEqual(self.report("downscale/large.mp4")["status"], "done")
        failure = self.report("preserve/text.mp4")
        self.assertEqual((failure["status"], failure["error"]["code"]), ("failed", "unreadable-source"))
        self.assertIn("function: skipped input/preserve/trip/day 1.srt: not a video, by its name", self.lines)


class Summary(Running):
    def test_the_command_of_the_documentation_writes_the_page(self):
        self.put("input/preserve/clip.mp4", clip("320x240", 25))
        self.over(1)
        page = (ROOT / "docs" / "deploy.md").read_text()
        [command] = [line for line in page.splitlines() if line.startswith("aws batch submit-job")]
        batch = self.pipeline.aws.client("batch")
        [details] = batch.describe_jobs(jobs=[self.jobs[0].id])["jobs"]
        for word, value in {
                "QUEUE": details["jobQueue"], "DEFINITION": details["jobDefinition"], "BUCKET": BUCKET}.items():
            command = command.replace(word, value)
        tools = pathlib.Path(sys.executable).parent
        subprocess.run(
            [tools / "aws", *shlex.split(command)[1:]], check=True, capture_output=True,
            env=self.pipeline.aws.environment | {"PATH": "/usr/bin:/bin"})
        jobs = self.over(2)
        self.assertEqual([[end.exit_code for end in job.attempts] for job in jobs], [[0], [0]])
        summary = self.s3.get_object(Bucket=BUCKET, Key="reports/index.html")["Body"].read().decode()
        self.assertIn('href="preserve/clip.mp4.html"', summary)
        self.assertEqual(self.keys("reports/"), [
            "reports/index.html", "reports/preserve/clip.mp4.html", "reports/preserve/clip.mp4.json"])


class Repeated(Running):
    def test_repeated_events_cost_no_second_encode(self):
        seen = []
        invoke = self.pipeline.function.invoke
        self.pipeline.function.invoke = lambda event: (seen.append(event), invoke(event))[1]
        self.put("input/preserve/clip.mp4", clip("320x240", 25))
        [first] = self.over(1)
        before = self.s3.head_object(Bucket=BUCKET, Key="output/preserve/clip.mp4")
        self.assertEqual(self.report("preserve/clip.mp4")["status"], "done")

        # The very same event again, and one that names the object twice.
        [event] = seen
        self.assertTrue(self.pipeline.delivery.deliver(event))
        self.over(2)
        self.assertTrue(self.pipeline.delivery.deliver({"Records": event["Records"] * 2}))
        jobs = self.over(3)
        self.assertEqual({job.name for job in jobs}, {first.name})
        self.assertEqual([[end.exit_code for end in job.attempts] for job in jobs], [[0]] * 3)
        report = self.report("preserve/clip.mp4")
        self.assertEqual(report["status"], "unchanged")
        # The source was not read, nothing was written. The earlier report's page was, for its images.
        page = self.s3.head_object(Bucket=BUCKET, Key="reports/preserve/clip.mp4.html")["ContentLength"]
        self.assertLess(report["s3"]["bytesReceived"], 1.1 * page + report["source"]["bytes"] / 10)
        self.assertEqual(report["s3"]["bytesSent"], 0)
        after = self.s3.head_object(Bucket=BUCKET, Key="output/preserve/clip.mp4")
        self.assertEqual((after["ETag"], after["LastModified"]), (before["ETag"], before["LastModified"]))

    def test_an_event_that_comes_twice_within_moments_is_one_job(self):
        seen, answers = [], []
        invoke = self.pipeline.function.invoke

        def twice(event):
            seen.append(event)
            answers.extend(invoke(event)["records"] + invoke(event)["records"])
            return {"records": answers}

        self.pipeline.function.invoke = twice
        self.put("input/preserve/clip.mp4", clip("640x360", 100))
        self.encoding()
        answers += invoke(seen[0])["records"]
        [job] = self.over(1)
        self.assertEqual([(record["jobId"], record.get("skipped")) for record in answers], [
            (job.id, None), (job.id, "a job for it is under way"), (job.id, "a job for it is under way")])
        self.assertEqual([end.exit_code for end in job.attempts], [0])
        self.assertEqual(self.report("preserve/clip.mp4")["status"], "done")

    def test_two_jobs_at_once_publish_one_output(self):
        """A second job for one object can only be submitted by hand: it ends when the other has published."""
        self.put("input/preserve/clip.mp4", clip("640x360", 100))
        job = eventually(lambda: next(iter(self.jobs), None), "the job")
        batch = self.pipeline.aws.client("batch")
        [details] = batch.describe_jobs(jobs=[job.id])["jobs"]
        batch.submit_job(
            jobName=job.name, jobQueue=details["jobQueue"], jobDefinition=details["jobDefinition"],
            containerOverrides={"environment": [
                entry for entry in details["container"]["environment"] if not entry["name"].startswith("AWS_")]})
        jobs = self.over(2)
        self.assertEqual([[end.exit_code for end in job.attempts] for job in jobs], [[0]] * 2)
        self.assertEqual(self.keys("output/"), ["output/preserve/clip.mp4"])
        self.assertEqual(self.video("output/preserve/clip.mp4"), ("hevc", 640, 360, 100))
        self.assertEqual(self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []), [])

    def test_an_event_that_fails_is_kept(self):
        self.assertFalse(self.pipeline.delivery.deliver({"Records": [{"eventSource": "aws:s3"}]}))
        sqs = self.pipeline.aws.client("sqs")
        [message] = sqs.receive_message(QueueUrl=self.pipeline.failed_events)["Messages"]
        self.assertEqual(json.loads(message["Body"]), {"Records": [{"eventSource": "aws:s3"}]})
        self.assertEqual(len([line for line in self.lines if "RecordsFailed" in line]), 3)


def encodes(job):
    """Whether an attempt is encoding: its supervisor's child has all of its threads."""
    if job.status != "RUNNING":
        return False
    try:
        process = job.process.pid
        [child] = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return len(list(pathlib.Path(f"/proc/{child}/task").iterdir())) > 8
    except (OSError, ValueError):
        return False


class Killed(Running):
    def test_a_job_is_retried_and_succeeds(self):
        self.put("input/preserve/clip.mp4", clip("640x360", 250))
        for attempt, number in enumerate((signal.SIGKILL, signal.SIGTERM)):
            job = eventually(lambda: next(
                (job for job in self.jobs if len(job.attempts) == attempt and encodes(job)), None),
                f"attempt {attempt + 1}")
            job.process.send_signal(number)
            eventually(lambda: len(job.attempts) > attempt, "its end")
            self.assertEqual(self.keys("output/"), [])
        [job] = self.over(1)
        self.assertEqual([end.exit_code for end in job.attempts], [137, 30, 0])
        self.assertEqual(job.status, "SUCCEEDED")
        self.assertEqual(self.video("output/preserve/clip.mp4"), ("hevc", 640, 360, 250))
        report = self.report("preserve/clip.mp4")
        self.assertEqual((report["status"], report["job"]["attempt"]), ("done", 3))
        uploads = self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        self.assertEqual(uploads, [])


class States(Running):
    """A job's states as AWS's command line shows them."""

    def details(self, job):
        [details] = self.pipeline.aws.client("batch").describe_jobs(jobs=[job.id])["jobs"]
        exits = [attempt["container"].get("exitCode") for attempt in details["attempts"]]
        return details["status"], exits

    def test_they_are_the_workers(self):
        self.put("input/preserve/clip.mp4", clip("640x360", 250))
        job = self.encoding()
        self.assertEqual(self.details(job), ("RUNNING", [None]))
        job.process.kill()
        self.over(1)
        self.assertEqual(self.details(job), ("SUCCEEDED", [137, 0]))

    def test_a_terminated_job_is_not_retried(self):
        self.put("input/preserve/clip.mp4", clip("640x360", 250))
        job = self.encoding()
        self.pipeline.aws.client("batch").terminate_job(jobId=job.id, reason="not this one")
        self.over(1)
        self.assertEqual((job.status, [end.exit_code for end in job.attempts]), ("FAILED", [30]))
        self.assertEqual(self.details(job), ("FAILED", [30]))
        self.assertEqual(self.keys("output/"), [])


class Events(Running):
    def test_they_have_the_fields_of_s3s(self):
        seen = []
        self.pipeline.function.invoke = lambda event: (seen.append(event), {"records": []})[1]
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        version = self.s3.put_object(Bucket=BUCKET, Key="input/preserve/a+b (1) ü.mp4", Body=b"x")["VersionId"]
        eventually(lambda: seen, "the event")
        [record] = seen[0]["Records"]
        sample = json.loads((ROOT / "events" / "s3-put.json").read_text())["Records"][0]

        def types(value):
            return {key: types(part) for key, part in value.items()} if isinstance(value, dict) else type(value)

        self.assertEqual(types(record), types(sample))
        self.assertEqual(record["eventName"], "ObjectCreated:Put")
        entry = record["s3"]["object"]
        self.assertEqual(entry["key"], "input/preserve/a%2Bb+%281%29+%C3%BC.mp4")
        self.assertEqual((entry["versionId"], entry["size"]), (version, 1))
        self.assertRegex(record["eventTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


class Command(unittest.TestCase):
    def test_it_prints_its_usage_and_leaves_nothing(self):
        temporary = self.enterContext(tempfile.TemporaryDirectory())
        process = subprocess.Popen(
            [sys.executable, ROOT / "scripts" / "local", "--function", FUNCTION, "--worker", WORKER],
            env={"PATH": "/usr/bin:/bin", "TMPDIR": temporary}, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                break
        self.assertIn("export BUCKET=reelpress", lines)
        self.assertTrue(any(line.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:") for line in lines))
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.assertEqual(len(children), 2, "moto_server and the emulator")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(300), 0)
        process.stdout.close()
        self.assertFalse([child for child in children if pathlib.Path(f"/proc/{child}").exists()])
        self.assertEqual(list(pathlib.Path(temporary).iterdir()), [])

    def test_it_names_what_is_missing(self):
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "local", "--function", "/nowhere.zip", "--worker", WORKER],
            capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("/nowhere.zip is missing", run.stderr)
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "local", "--function", FUNCTION, "--worker", WORKER, "--set",
             "Prest=fast"],
            capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (1, "scripts/local: no parameter of the template: Prest\n"))
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "local", "--function", FUNCTION, "--image", "worker"],
            env={"PATH": "/usr/bin:/bin", "IMAGE_ENGINE": "no-engine"}, capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (
            1, "scripts/local: an image takes a container engine that runs: no-engine does not\n"))
