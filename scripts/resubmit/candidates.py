"""What may need a job: objects of a library, events of the failure queue, and objects of failed jobs."""
import concurrent.futures
import dataclasses
import itertools
import json
import urllib.parse

from botocore.exceptions import ClientError

INPUT = "input/"
POLICIES = ("preserve", "downscale")
# A source with one of these needs no job: docs/report.md.
FINISHED = {"done", "kept", "unchanged", "skipped"}
# Seconds in which no other program receives a message: longer than the function's timeout and what waits before it.
VISIBILITY = 900
LISTED = 100


@dataclasses.dataclass(frozen=True)
class Upload:
    """One version of an object; None for what isn't known."""

    bucket: str
    key: str
    etag: str | None = None
    size: int | None = None
    version: str | None = None

    @property
    def name(self):
        return f"s3://{self.bucket}/{self.key}"

    @property
    def event(self):
        """As S3 reports it: "Event message structure", Amazon S3 User Guide."""
        item = {"key": urllib.parse.quote_plus(self.key, safe="/"), "size": self.size, "eTag": self.etag,
                "versionId": self.version}
        return {"Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": self.bucket},
                   "object": {name: value for name, value in item.items() if value is not None}}}]}

    @property
    def report(self):
        """The key of its report: JobKeys."""
        below = self.key.removeprefix(INPUT)
        policy, slash, path = below.partition("/")
        return f"reports/{below}.json" if slash and policy in POLICIES else f"reports/preserve/{below}.json"

    def accepted(self):
        """Nothing to do: the function has it."""


@dataclasses.dataclass(frozen=True)
class Message:
    """A message of the failure queue, and the event in it."""

    queue: "FailedEvents"
    id: str
    handle: str
    event: dict

    @property
    def name(self):
        return f"message {self.id}"

    def accepted(self):
        self.queue.delete(self)


class Reports:
    """The reports on uploads. known: the keys of all that there are, where they were listed."""

    def __init__(self, s3, known=None):
        self.s3, self.known = s3, known

    def finished(self, upload):
        """Whether a job for this very version has ended well."""
        if self.known is not None and upload.report not in self.known:
            return False
        try:
            report = json.load(self.s3.get_object(Bucket=upload.bucket, Key=upload.report)["Body"])
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return False
            raise
        except ValueError:
            return False
        etag = (report.get("source") or {}).get("etag", "").strip('"')
        return report.get("status") in FINISHED and bool(etag) and etag == upload.etag

    def unfinished(self, uploads, leave_out):
        """The uploads that need a job, in their order; `leave_out` is called for each other one."""
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            uploads = iter(uploads)
            while chunk := list(itertools.islice(uploads, 256)):
                for upload, is_finished in zip(chunk, pool.map(self.finished, chunk)):
                    if is_finished:
                        leave_out(upload)
                    else:
                        yield upload


def library(s3, bucket, prefix, leave_out):
    """The objects below a prefix that need a job."""
    # A listing costs less than a request for each report that isn't there.
    known = {entry["Key"] for folder in _report_folders(prefix) for entry in _entries(s3, bucket, folder)}
    uploads = (
        Upload(bucket, entry["Key"], entry["ETag"].strip('"'), entry["Size"])
        for entry in _entries(s3, bucket, prefix) if entry["Size"] and not entry["Key"].endswith("/"))
    return Reports(s3, known).unfinished(uploads, leave_out)


def _report_folders(prefix):
    """Prefixes of the reports on all objects below a prefix of sources."""
    below = prefix.removeprefix(INPUT)
    if below.startswith(tuple(f"{policy}/" for policy in POLICIES)):
        return {f"reports/{below}"}
    return {f"reports/preserve/{below}"} | {f"reports/{policy}/" for policy in POLICIES if policy.startswith(below)}


def _entries(s3, bucket, prefix):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


class FailedEvents:
    """The queue of events for which no job could be submitted. A context manager: at its end, messages that are still in
    the queue can be received again.

    complain: called with a line for each message that has no event.
    """

    def __init__(self, sqs, url, complain):
        self.sqs, self.url, self.complain = sqs, url, complain
        self.held = {}

    def __iter__(self):
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=VISIBILITY, WaitTimeSeconds=1)
            if not answer.get("Messages"):
                return
            for message in answer["Messages"]:
                self.held[message["MessageId"]] = message["ReceiptHandle"]
                try:
                    event = json.loads(message["Body"])
                    # Lambda's record of the failed invocation has the event inside; EventBridge's has nothing around it.
                    event = event.get("requestPayload", event)
                    if not isinstance(event, dict):
                        raise ValueError("no object")
                except (ValueError, AttributeError):
                    self.complain(f"message {message['MessageId']}: there is no event in it")
                    continue
                yield Message(self, message["MessageId"], message["ReceiptHandle"], event)

    def delete(self, message):
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message.handle)
        self.held.pop(message.id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for handle in list(self.held.values()):
            self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=0)


def failed_jobs(batch, s3, queue, leave_out):
    """The objects of a queue's failed jobs that still need one, each once."""
    def uploads():
        seen = set()
        ids = (job["jobId"] for page in batch.get_paginator("list_jobs").paginate(jobQueue=queue, jobStatus="FAILED")
               for job in page["jobSummaryList"])
        while chunk := list(itertools.islice(ids, LISTED)):
            for job in batch.describe_jobs(jobs=chunk)["jobs"]:
                upload = _upload(job)
                if upload and upload not in seen:
                    seen.add(upload)
                    yield upload

    return Reports(s3).unfinished(uploads(), leave_out)


def _upload(job):
    """The object of a job; None where it isn't one of the function's."""
    containers = [job.get("container") or {}]
    for task in (job.get("ecsProperties") or {}).get("taskProperties", []):
        containers += task.get("containers", [])
    variables = {entry["name"]: entry.get("value") for container in containers for entry in container.get("environment", [])}
    if not variables.get("S3_BUCKET") or not variables.get("S3_KEY"):
        return None
    return Upload(variables["S3_BUCKET"], variables["S3_KEY"], variables.get("S3_ETAG"), version=variables.get("S3_VERSION_ID"))
