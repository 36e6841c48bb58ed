"""Checks a deployed stack with its own account: a clip is encoded, a file that is no video fails and is reported.

    python3 scripts/deploy-check [--stack NAME] [--region NAME] [--yes] [--update] [--clip FILE] [--keep]

It needs Python 3 and the AWS CLI, with permissions on the stack. It asks before it starts the jobs, which cost some
cents. Exit code 1 if something did not hold.
"""
import argparse
import datetime
import json
import pathlib
import sys
import tempfile
import time

from cli import CLI, Refused
from findings import Findings
from stack import UPDATED, Stack
from uploads import Upload

CLIP = pathlib.Path(__file__).parent / "clip.mp4"
NO_VIDEO = "This is no video.\n" * 100


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/deploy-check", description=__doc__.splitlines()[0])
    parser.add_argument("--stack", default="reelpress", help="the stack's name (reelpress)")
    parser.add_argument("--region", help="the stack's region, unless it is that of the environment")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--update", action="store_true", help=f"also upload during updates of {UPDATED}")
    parser.add_argument("--clip", type=pathlib.Path, default=CLIP, help="another video, whose name ends with .mp4")
    parser.add_argument("--keep", action="store_true", help="keep the objects in the bucket")
    parser.add_argument("--minutes", type=float, default=30, help="for a job at most (30)")
    parser.add_argument("--period", type=float, default=10, help="seconds between two looks at a job (10)")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        aws = CLI(options.region)
        stack = Stack(aws, options.stack)
        account = aws("sts", "get-caller-identity")["Account"]
        print(f"account {account}, bucket {stack.outputs['Bucket']}, queue {stack.outputs['JobQueue']}")
        if options.update and UPDATED not in stack.parameters:
            raise Refused(f"{options.stack} has no parameter {UPDATED} to update")
        jobs = 4 if options.update else 2
        print(f"{jobs} jobs of about a minute on Fargate: some cents"
              + (f"; the parameter {UPDATED} is changed and changed back" if options.update else ""))
        if not options.yes and input("Start? [y/N] ").strip().lower() not in ("y", "yes"):
            return 1
        findings = Findings()
        with tempfile.TemporaryDirectory() as folder:
            Check(aws, stack, options, findings, pathlib.Path(folder)).run()
    except Refused as error:
        print(f"scripts/deploy-check: {error}", file=sys.stderr)
        return 1
    print(f"{findings.failed} did not hold" if findings.failed else "everything held")
    return 1 if findings.failed else 0


class Check:
    """One run. All of its objects have a folder of their own, so that it never meets an earlier run's outputs."""

    def __init__(self, aws, stack, options, findings, folder):
        self.aws, self.stack, self.options, self.findings = aws, stack, options, findings
        self.name = f"deploy-check-{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}"
        self.text = folder / "text.mp4"
        self.text.write_text(NO_VIDEO)

    def run(self):
        try:
            clip = self.begin(self.options.clip, "clip.mp4")
            text = self.begin(self.text, "text.mp4")
            self.encoded(clip)
            if self.refused(text):
                self.notified(text)
            if self.options.update:
                self.updated()
        finally:
            self.clean()

    def begin(self, path, name):
        upload = Upload(self.aws, self.stack, path, f"{self.name}/{name}", self.findings.note)
        upload.begin()
        return upload

    def finished(self, upload, state, code):
        """Whether an upload's job ended in this state, its last attempt with this exit code."""
        job = upload.end(self.options.minutes * 60, self.options.period)
        found = self.findings.check(job, f"{upload.name}: the upload started a job")
        if not found:
            return False
        details = upload.details(job)
        codes = [attempt["container"].get("exitCode") for attempt in details.get("attempts", [])]
        reason = details.get("statusReason", "")
        ended = self.findings.check(
            details["status"] == state and codes[-1:] == [code],
            f"{upload.name}: its job is {details['status']}, exit codes {codes} {reason}".rstrip())
        if details["status"] == "RUNNABLE":
            self.findings.note("it waits for vCPUs: the quota, MaxVcpus, or the network (docs/deploy.md)")
        return ended

    def encoded(self, upload):
        if not self.finished(upload, "SUCCEEDED", 0):
            return
        report = upload.report()
        self.findings.check(
            report["status"] in ("done", "kept") and report["exitCode"] == 0,
            f"{upload.name}: its report is {report['status']}")
        output, source = upload.output_size(), report["source"]["bytes"]
        self.findings.check(output, f"{upload.name}: its output has {output} bytes, the source {source}")
        if cost := report.get("cost", {}).get("estimate"):
            self.findings.note(f"the worker's estimate of its cost: ${cost:.4f}")

    def refused(self, upload):
        """Whether its job failed, as it should."""
        if not self.finished(upload, "FAILED", 10):
            return False
        report = upload.report()
        code = report.get("error", {}).get("code")
        self.findings.check(
            report["status"] == "failed" and code == "unreadable-source",
            f"{upload.name}: its report is {report['status']}, {code}")
        self.findings.check(upload.output_size() is None, f"{upload.name}: it has no output")
        return True

    def notified(self, upload):
        """Whether the failed job is among the events that the alarm counts, and whether a mail reaches its reader."""
        queue, found = self.stack.outputs["FailedJobs"], False
        deadline = time.monotonic() + 120
        while not found and time.monotonic() < deadline:
            messages = self.aws(
                "sqs", "receive-message", "--queue-url", queue, "--max-number-of-messages", "10", "--visibility-timeout",
                "30", "--wait-time-seconds", "5") or {}
            for message in messages.get("Messages", []):
                if json.loads(message["Body"])["detail"]["jobName"].startswith(f"{upload.job_name}-"):
                    found = True
                    self.aws(
                        "sqs", "delete-message", "--queue-url", queue, "--receipt-handle", message["ReceiptHandle"])
        self.findings.check(found, f"{upload.name}: the failed job is in the queue FailedJobs")
        addresses = self.stack.subscriptions()
        for address, is_confirmed in addresses.items():
            self.findings.check(is_confirmed, f"{address} has confirmed the subscription")
            self.findings.note("a message about a failed job should arrive within half an hour")
        if not addresses:
            self.findings.note("no NotifyEmail: failed jobs are reported to no address")

    def updated(self):
        """Uploads while CloudFormation changes the job definition, and while it changes it back."""
        before = self.stack.parameters[UPDATED]
        other = "25" if before != "25" else "24"
        for number, value in enumerate((other, before), 1):
            self.stack.begin_update(value)
            self.findings.note(f"{UPDATED} becomes {value}")
            upload = self.begin(self.options.clip, f"update-{number}.mp4")
            self.stack.end_update()
            self.finished(upload, "SUCCEEDED", 0)

    def clean(self):
        if self.options.keep:
            return
        for folder in ("input", "output", "reports"):
            self.aws.remove(self.stack.outputs["Bucket"], f"{folder}/preserve/{self.name}/")


if __name__ == "__main__":
    sys.exit(main())
