"""The local queues run array jobs, priorities, retries and cancellation as AWS Batch does, with a small script as worker."""
import functools
import pathlib
import socket
import tempfile
import unittest

import programs

from harness.aws import Moto
from jobs import Runner
from workers import Program

# It waits for `go-WORD` or `go-INDEX` where there is `hold`; of an array job, the first attempt of `fail-INDEX` is to be
# repeated, and `end-INDEX` gives up.
SCRIPT = """#!/bin/sh
id=$AWS_BATCH_JOB_ID
index=${AWS_BATCH_JOB_ARRAY_INDEX-none}
echo "$id $AWS_BATCH_JOB_ATTEMPT $index ${AWS_BATCH_JOB_ARRAY_SIZE-none} $WORD" >>"$FOLDER/starts"
while [ -e "$FOLDER/hold" ] && [ ! -e "$FOLDER/go-$WORD" ] && [ ! -e "$FOLDER/go-$index" ]; do sleep 0.05; done
[ "$AWS_BATCH_JOB_ATTEMPT" != 1 ] || [ ! -e "$FOLDER/fail-$AWS_BATCH_JOB_ARRAY_INDEX" ] || exit 20
[ ! -e "$FOLDER/end-$AWS_BATCH_JOB_ARRAY_INDEX" ] || exit 10
"""
eventually = functools.partial(programs.eventually, limit=120)


class Jobs(unittest.TestCase):
    SLOTS = 2

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        worker = self.folder / "worker"
        worker.write_text(SCRIPT)
        worker.chmod(0o755)
        self.aws = self.enterContext(Moto())
        self.batch = self.aws.client("batch")
        compute = self.aws.compute_environment("all")
        self.first, self.second = (
            self.aws.job_queue(name, priority, compute) for name, priority in (("first", 2), ("second", 1)))
        self.definition = self.aws.job_definition("worker", retryStrategy={"attempts": 3, "evaluateOnExit": [
            {"onExitCode": "10", "action": "EXIT"}]}, containerProperties={
                "image": "worker", "executionRoleArn": "arn:aws:iam::123456789012:role/worker",
                "environment": [{"name": "WORD", "value": "definition"}], "resourceRequirements": [
                    {"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}]})
        self.failed, _ = self.aws.queue("failed")
        self.runner = Runner(
            self.aws, {self.second: 1, self.first: 2}, Program(worker),
            {"PATH": "/usr/bin:/bin", "FOLDER": str(self.folder)}, self.SLOTS, {self.first: self.failed}, lambda line: None)
        self.addCleanup(self.runner.close)

    def submit(self, queue, word, size=None):
        more = {"arrayProperties": {"size": size}} if size else {}
        return self.batch.submit_job(
            jobName=word, jobQueue=queue, jobDefinition=self.definition,
            containerOverrides={"environment": [{"name": "WORD", "value": word}]}, **more)["jobId"]

    def starts(self):
        path = self.folder / "starts"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def status(self, job):
        [details] = self.batch.describe_jobs(jobs=[job])["jobs"]
        return details["status"]

    def over(self, job):
        return eventually(lambda: self.status(job) in ("SUCCEEDED", "FAILED") and self.status(job), f"the end of {job}")

    def test_an_array_job_is_as_many_jobs(self):
        job = self.submit(self.second, "array", 4)
        self.assertEqual(self.over(job), "SUCCEEDED")
        self.assertEqual(sorted(self.starts()), [
            [f"{job}:{index}", "1", str(index), "4", "array"] for index in range(4)])
        [details] = self.batch.describe_jobs(jobs=[job])["jobs"]
        self.assertEqual(details["arrayProperties"]["statusSummary"]["SUCCEEDED"], 4)

    def test_a_job_of_its_own_has_no_index(self):
        job = self.submit(self.first, "plain")
        self.assertEqual(self.over(job), "SUCCEEDED")
        self.assertEqual(self.starts(), [[job, "1", "none", "none", "plain"]])

    def test_one_that_fails_is_retried_alone_and_one_that_gives_up_fails_the_array(self):
        (self.folder / "fail-1").touch()
        (self.folder / "end-2").touch()
        job = self.submit(self.first, "array", 3)
        self.assertEqual(self.over(job), "FAILED")
        attempts = {}
        for identifier, attempt, *_ in self.starts():
            attempts.setdefault(identifier, []).append(int(attempt))
        self.assertEqual(attempts, {f"{job}:0": [1], f"{job}:1": [1, 2], f"{job}:2": [1]})
        self.assertEqual(
            [self.status(f"{job}:{index}") for index in range(3)], ["SUCCEEDED", "SUCCEEDED", "FAILED"])

    def test_canceling_an_array_job_ends_those_that_wait(self):
        (self.folder / "hold").touch()
        job = self.submit(self.second, "array", 5)
        eventually(lambda: len(self.starts()) == 2, "two of them")
        self.assertEqual(self.status(job), "PENDING")
        self.batch.cancel_job(jobId=job, reason="enough")
        eventually(lambda: [self.status(f"{job}:{index}") for index in (2, 3, 4)] == ["FAILED"] * 3, "the others' end")
        self.assertEqual([self.status(f"{job}:{index}") for index in (0, 1)], ["RUNNING"] * 2)
        self.assertEqual(self.status(job), "PENDING")
        (self.folder / "go-array").touch()
        self.assertEqual(self.over(job), "FAILED")
        # Those that ran were not touched; the queue is not the one whose failures are reported.
        self.assertEqual([self.status(f"{job}:{index}") for index in (0, 1)], ["SUCCEEDED"] * 2)
        self.assertEqual(len(self.starts()), 2)
        messages = self.aws.client("sqs").receive_message(QueueUrl=self.failed)
        self.assertNotIn("Messages", messages)

    def test_terminating_an_array_job_ends_all(self):
        (self.folder / "hold").touch()
        job = self.submit(self.second, "array", 3)
        eventually(lambda: len(self.starts()) == 2, "two of them")
        self.batch.terminate_job(jobId=job, reason="enough")
        self.assertEqual(self.over(job), "FAILED")
        self.assertEqual([self.status(f"{job}:{index}") for index in range(3)], ["FAILED"] * 3)
        self.assertEqual(len(self.starts()), 2)

    def test_the_queue_of_higher_priority_is_first(self):
        """Also before jobs that were submitted earlier; those that run are not stopped."""
        (self.folder / "hold").touch()
        array = self.submit(self.second, "array", 4)
        eventually(lambda: len(self.starts()) == 2, "two of them")
        jobs = [self.submit(self.first, f"video{number}") for number in range(2)]
        eventually(lambda: len(self.runner.jobs) == 6, "all jobs")
        for number in range(2):  # one slot at a time: of two jobs that start at once, either writes first
            (self.folder / f"go-{number}").touch()
            eventually(lambda: len(self.starts()) == 3 + number, "the next one")
        self.assertEqual([word for *_, word in self.starts()], ["array", "array", "video0", "video1"])
        (self.folder / "hold").unlink()
        for job in [*jobs, array]:
            self.assertEqual(self.over(job), "SUCCEEDED")


class Server(unittest.TestCase):
    def test_containers_reach_it_only_on_request(self):
        """Another address of this machine stands for theirs."""
        for host, is_reached in (("127.0.0.1", False), ("0.0.0.0", True)):
            with self.subTest(host), Moto(host=host) as server, socket.socket() as client:
                self.assertEqual(client.connect_ex(("127.97.53.2", server.port)) == 0, is_reached)


if __name__ == "__main__":
    unittest.main()
