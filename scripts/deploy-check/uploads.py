"""One upload and what becomes of it: its job, its report, its output."""
import re
import time

ENDS = ("SUCCEEDED", "FAILED")
# Lambda repeats an event after one minute and after two more.
UNTIL_SUBMITTED = 600


class Upload:
    """An upload below input/preserve/.

    - name: its path below that, which ends with an extension of a video.
    - log: called with each state of its job.
    """

    def __init__(self, aws, stack, path, name, log):
        self.aws, self.log = aws, log
        self.bucket, self.queue = stack.outputs["Bucket"], stack.outputs["JobQueue"]
        self.path, self.name = path, name
        self.state = None
        # As the function names its jobs: docs/trigger.md.
        self.job_name = re.sub(r"[^A-Za-z0-9_-]+", "_", f"preserve/{name}".replace("/", "-"))

    def begin(self):
        self.aws.upload(self.path, self.bucket, f"input/preserve/{self.name}")
        self.log(f"uploaded s3://{self.bucket}/input/preserve/{self.name}")

    def job(self):
        """The job as AWS Batch lists it; None where there is none yet."""
        found = self.aws(
            "batch", "list-jobs", "--job-queue", self.queue, "--filters", f"name=JOB_NAME,values={self.job_name}-*")
        return next(iter(found["jobSummaryList"]), None)

    def end(self, seconds, period):
        """The job at its end; where that does not come within so many seconds, as it is then."""
        started = time.monotonic()
        while True:
            job = self.job()
            state = job["status"] if job else "no job yet"
            if state != self.state:
                self.log(f"{self.name}: {state}")
                self.state = state
            if state in ENDS or time.monotonic() - started > (seconds if job else min(seconds, UNTIL_SUBMITTED)):
                return job
            time.sleep(period)

    def details(self, job):
        """The job with its attempts."""
        return self.aws("batch", "describe-jobs", "--jobs", job["jobId"])["jobs"][0]

    def report(self):
        return self.aws.document(self.bucket, f"reports/preserve/{self.name}.json")

    def output_size(self):
        """Of the output with the source's own name, in bytes."""
        return self.aws.size(self.bucket, f"output/preserve/{self.name}")
