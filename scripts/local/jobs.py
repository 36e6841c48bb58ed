"""What AWS Batch and Fargate do: each job of a queue in a process of its own, tried again as the definition says."""
import concurrent.futures
import dataclasses
import json
import subprocess
import threading
import time

import events
import retries
from harness import processes


@dataclasses.dataclass
class Job:
    """A job of the queue, and how its attempts ended."""

    id: str
    name: str
    key: str
    attempts: list = dataclasses.field(default_factory=list)
    # RUNNABLE, RUNNING, SUCCEEDED or FAILED
    status: str = "RUNNABLE"
    # CancelJob or TerminateJob was called for it.
    terminated: bool = False
    # Of the attempt that runs.
    process: subprocess.Popen | None = None


class Runner:
    """Runs the jobs of a queue until `close`, and sets their states on the server.

    - worker: a `workers.Program` or `workers.Image`.
    - environment: added to that of the job definition and of the job.
    - at_once: jobs that run at a time; 0 for none.
    - failed: the URL of a queue that gets an event of each failed job.
    """

    PERIOD = 0.2
    # From the job timeout's SIGTERM to SIGKILL: "Job timeouts", AWS Batch User Guide.
    STOP = 30

    def __init__(self, aws, queue, worker, environment, at_once, failed, log):
        self.aws, self.batch, self.sqs = aws, aws.client("batch"), aws.client("sqs")
        self.failed = failed
        self.queue, self.worker, self.environment = queue, worker, environment
        self.log = log
        self.jobs = {}
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.pool = concurrent.futures.ThreadPoolExecutor(at_once or 1)
        self.is_paused = at_once == 0
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self):
        everything = [{"name": "JOB_NAME", "values": ["*"]}]
        while not self.over.wait(self.PERIOD):
            listed = self.batch.list_jobs(jobQueue=self.queue, filters=everything)["jobSummaryList"]
            for summary in listed:
                if job := self.jobs.get(summary["jobId"]):
                    # moto sets a reason only for CancelJob and TerminateJob.
                    job.terminated = "statusReason" in summary
            if not self.is_paused:
                self._begin([summary["jobId"] for summary in listed if summary["jobId"] not in self.jobs])

    def _begin(self, new):
        """Queues jobs that were just submitted."""
        for details in self.batch.describe_jobs(jobs=new[:100])["jobs"] if new else []:
            variables = {entry["name"]: entry["value"] for entry in details["container"]["environment"]}
            job = Job(details["jobId"], details["jobName"], variables.get("S3_KEY", ""))
            with self.lock:
                self.jobs[job.id] = job
            definition = self.batch.describe_job_definitions(jobDefinitions=[details["jobDefinition"]])
            self.pool.submit(self._run, job, definition["jobDefinitions"][0], variables)

    def _run(self, job, definition, variables):
        try:
            self._attempts(job, definition, variables)
        except Exception as error:
            self._change(job, "FAILED")
            self.log(f"job {job.key}: the runner failed: {error!r}")

    def _attempts(self, job, definition, variables):
        settings = {entry["name"]: entry["value"] for entry in definition["containerProperties"]["environment"]}
        strategy = definition["retryStrategy"]
        seconds = definition.get("timeout", {}).get("attemptDurationSeconds")
        while not self.over.is_set() and not job.terminated:
            number = len(job.attempts) + 1
            end = self._attempt(job, settings | variables | self.environment | {
                "AWS_BATCH_JOB_ID": job.id, "AWS_BATCH_JOB_ATTEMPT": str(number)}, seconds)
            job.attempts.append(end)
            if self.over.is_set():
                return
            again = not job.terminated and retries.tries_again(strategy, number, end)
            status = "SUCCEEDED" if end.exit_code == 0 else "RUNNABLE" if again else "FAILED"
            self._change(job, status, end.exit_code)
            outcome = "done" if end.exit_code == 0 else f"ended with {end.exit_code}"
            self.log(f"job {job.key}: attempt {number} {outcome}" + (", is retried" if again else ""))
            if not again:
                return
        if job.terminated:
            self._change(job, "FAILED")
            self.log(f"job {job.key}: ended before its first attempt")

    def _change(self, job, status, exit_code=None):
        # The server first: a test that sees the end here may ask there at once.
        self.aws.change_job(job.id, status, exit_code)
        if status == "FAILED":
            [details] = self.batch.describe_jobs(jobs=[job.id])["jobs"]
            self.sqs.send_message(QueueUrl=self.failed, MessageBody=json.dumps(events.failed_job(details), default=str))
        job.status = status

    def _attempt(self, job, variables, seconds):
        """Runs the worker once."""
        name = f"reelpress-{job.id}-{len(job.attempts) + 1}"
        command, environment = self.worker.command(name, variables)
        started = time.monotonic()
        job.process = processes.start(command, environment, error=None)
        self._change(job, "RUNNING")
        self.log(f"job {job.key}: attempt {len(job.attempts) + 1} starts, process {job.process.pid}")
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
        self.thread.join()
        self.pool.shutdown(cancel_futures=True)
