"""What AWS Batch and Fargate do: each job of a queue in a process of its own, tried again as the definition says."""
import dataclasses
import itertools
import json
import queue
import subprocess
import threading
import time

import events
import retries
from harness import processes

# The most urgent of all: it ends a thread.
END = float("-inf")


@dataclasses.dataclass
class Job:
    """A job of a queue, or one of an array job's, and how its attempts ended."""

    id: str
    name: str
    # Its ARN.
    queue: str
    key: str
    # Of the job definition, and the job's own variables.
    definition: dict
    variables: dict
    # The worker's arguments: none for a video.
    arguments: list = dataclasses.field(default_factory=list)
    attempts: list = dataclasses.field(default_factory=list)
    # RUNNABLE, RUNNING, SUCCEEDED or FAILED
    status: str = "RUNNABLE"
    # CancelJob or TerminateJob was called for it.
    terminated: bool = False
    # Of the attempt that runs.
    process: subprocess.Popen | None = None

    @property
    def index(self):
        """In its array job; None for a job of its own."""
        _, is_child, index = self.id.rpartition(":")
        return int(index) if is_child else None

    @property
    def label(self):
        """For a line in the terminal."""
        return self.key or (self.name if self.index is None else f"{self.name}:{self.index}")


class Runner:
    """Runs the jobs of queues until `close`, and sets their states on the server. As soon as one may start, the queue with
    the highest priority is asked first; within a queue the first job that was submitted is.

    - priorities: of the queues, by ARN.
    - worker: a `workers.Program` or `workers.Image`.
    - environment: added to that of the job definition and of the job.
    - at_once: jobs that run at a time; 0 for none.
    - failed: by a job queue's ARN, the URL of the message queue that gets an event of each failed job.
    """

    PERIOD = 0.2
    # From the job timeout's SIGTERM to SIGKILL: "Job timeouts", AWS Batch User Guide.
    STOP = 30

    def __init__(self, aws, priorities, worker, environment, at_once, failed, log):
        self.aws, self.batch, self.sqs = aws, aws.client("batch"), aws.client("sqs")
        self.priorities, self.worker, self.environment, self.failed = priorities, worker, environment, failed
        self.log = log
        self.jobs, self.arrays = {}, set()
        # Guards the jobs' states between waiting and running.
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.waiting, self.count = queue.PriorityQueue(), itertools.count(1)
        self.threads = [threading.Thread(target=self._watch)] + [
            threading.Thread(target=self._run) for _ in range(at_once)]
        for thread in self.threads:
            thread.start()

    def _watch(self):
        everything = [{"name": "JOB_NAME", "values": ["*"]}]
        while not self.over.wait(self.PERIOD):
            for arn in self.priorities:
                listed = self.batch.list_jobs(jobQueue=arn, filters=everything)["jobSummaryList"]
                for summary in listed:
                    # moto sets a reason only for CancelJob and TerminateJob.
                    if "statusReason" in summary and (job := self.jobs.get(summary["jobId"])):
                        self._terminate(job)
                self._add([
                    summary["jobId"] for summary in listed
                    if summary["jobId"] not in self.jobs and summary["jobId"] not in self.arrays])

    def _add(self, new):
        """Queues jobs that were just submitted."""
        for details in self.batch.describe_jobs(jobs=new[:100])["jobs"] if new else []:
            # An array job itself runs nothing.
            if details["status"] == "PENDING":
                self.arrays.add(details["jobId"])
                continue
            variables = {entry["name"]: entry["value"] for entry in details["container"]["environment"]}
            [definition] = self.batch.describe_job_definitions(
                jobDefinitions=[details["jobDefinition"]])["jobDefinitions"]
            job = Job(
                details["jobId"], details["jobName"], details["jobQueue"], variables.get("S3_KEY", ""), definition,
                variables, details["container"]["command"])
            self.jobs[job.id] = job
            self._wait(job, next(self.count))

    def _wait(self, job, number):
        self.waiting.put(((-self.priorities[job.queue], number), job))

    def _terminate(self, job):
        with self.lock:
            is_new, job.terminated = not job.terminated, True
            is_waiting = job.status == "RUNNABLE"
        if is_new and is_waiting:
            self._drop(job)

    def _drop(self, job):
        self._change(job, "FAILED")
        self.log(f"job {job.label}: ended " + ("after an attempt" if job.attempts else "before its first attempt"))

    def _run(self):
        """One of the slots: an attempt of a job, then one of whichever is next."""
        while True:
            place, job = self.waiting.get()
            if place[0] == END:
                return
            try:
                if self._attempts(job):
                    self._wait(job, place[1])
            except Exception as error:
                self._change(job, "FAILED")
                self.log(f"job {job.label}: the runner failed: {error!r}")

    def _attempts(self, job):
        """Runs the worker once, unless the job was ended before. Returns whether it is tried again."""
        if self.over.is_set():
            return False
        with self.lock:
            if not job.terminated:
                job.status = "STARTING"
        if job.terminated and job.status != "STARTING":
            # It was terminated while its last attempt ended.
            if job.status == "RUNNABLE":
                self._drop(job)
            return False
        number = len(job.attempts) + 1
        end = self._attempt(job, number)
        job.attempts.append(end)
        if self.over.is_set():
            return False
        again = not job.terminated and retries.tries_again(job.definition["retryStrategy"], number, end)
        self._change(job, "SUCCEEDED" if end.exit_code == 0 else "RUNNABLE" if again else "FAILED", end.exit_code)
        outcome = "done" if end.exit_code == 0 else f"ended with {end.exit_code}"
        self.log(f"job {job.label}: attempt {number} {outcome}" + (", is retried" if again else ""))
        return again

    def _change(self, job, status, exit_code=None):
        # The server first: a test that sees the end here may ask there at once.
        self.aws.change_job(job.id, status, exit_code)
        if status == "FAILED" and job.queue in self.failed:
            [details] = self.batch.describe_jobs(jobs=[job.id])["jobs"]
            self.sqs.send_message(
                QueueUrl=self.failed[job.queue], MessageBody=json.dumps(events.failed_job(details), default=str))
        job.status = status

    def _environment(self, job, number):
        """"AWS Batch job environment variables", AWS Batch User Guide."""
        own = {"AWS_BATCH_JOB_ID": job.id, "AWS_BATCH_JOB_ATTEMPT": str(number)}
        if job.index is not None:
            [array] = self.batch.describe_jobs(jobs=[job.id.rpartition(":")[0]])["jobs"]
            own |= {
                "AWS_BATCH_JOB_ARRAY_INDEX": str(job.index),
                "AWS_BATCH_JOB_ARRAY_SIZE": str(array["arrayProperties"]["size"])}
        settings = {entry["name"]: entry["value"] for entry in job.definition["containerProperties"]["environment"]}
        return settings | job.variables | self.environment | own

    def _attempt(self, job, number):
        seconds = job.definition.get("timeout", {}).get("attemptDurationSeconds")
        # A child's id has a colon, which names of containers can't have.
        name = f"reelpress-{job.id.replace(':', '-')}-{number}"
        command, environment = self.worker.command(name, self._environment(job, number))
        command += job.arguments
        started = time.monotonic()
        job.process = processes.start(command, environment, error=None)
        self._change(job, "RUNNING")
        self.log(f"job {job.label}: attempt {number} starts, process {job.process.pid}")
        timed_out = False
        while (status := job.process.poll()) is None:
            if self.over.is_set():
                processes.end(job.process)
            elif job.terminated:
                processes.end(job.process, patience=self.STOP)
            elif seconds and time.monotonic() - started > seconds:
                timed_out = True
                processes.end(job.process, patience=self.STOP)
            time.sleep(0.05)
        self.worker.clear(name)
        # A signal's exit code, as containers have it.
        return retries.End(128 - status if status < 0 else status, timed_out=timed_out)

    def close(self):
        self.over.set()
        for _ in self.threads[1:]:
            self.waiting.put(((END, next(self.count)), None))
        for thread in self.threads:
            thread.join()
