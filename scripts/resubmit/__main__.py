"""Submits jobs for objects that have none: a library that was in the bucket before, events that failed, failed jobs.

    python3 scripts/resubmit library BUCKET [PREFIX]     objects without a finished job, below input/ or a prefix in it
    python3 scripts/resubmit failed-events               what is in the stack's queue FailedEvents
    python3 scripts/resubmit failed-jobs                 objects of jobs that AWS Batch lists as FAILED

A script, and not a command of the worker: it runs where its users are, in AWS CloudShell or on any machine with Python 3
and boto3, with their permissions; the worker's image has no place there and none of these permissions. Exit code 1 if
something failed. docs/trigger.md describes it.
"""
import argparse
import contextlib
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import candidates
from sender import Progress, Sender

# Of the function's timeout and some more, so that no invocation is repeated that is under way.
READ_TIMEOUT = 330


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/resubmit", description=__doc__.splitlines()[0])
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--stack", default="reelpress", help="the stack whose function and queues are used (reelpress)")
    common.add_argument("--function", help="the function's name or ARN instead of the stack's")
    common.add_argument("--rate", type=float, default=40, help="invocations a second at most (40; AWS Batch takes 50)")
    common.add_argument("--parallel", type=int, default=20, help="invocations at once at most (20)")
    common.add_argument("--dry-run", action="store_true", help="print what would be submitted")
    modes = parser.add_subparsers(dest="mode", required=True)
    mode = modes.add_parser("library", parents=[common], help="objects without a finished job")
    mode.add_argument("bucket")
    mode.add_argument("prefix", nargs="?", default=candidates.INPUT)
    mode = modes.add_parser("failed-events", parents=[common], help="what is in the queue of failed events")
    mode.add_argument("--queue", help="the queue's URL instead of the stack's")
    mode = modes.add_parser("failed-jobs", parents=[common], help="objects of failed jobs")
    mode.add_argument("--queue", help="the job queue's name or ARN instead of the stack's")
    options = parser.parse_args()
    if options.mode == "library" and not options.prefix.startswith(candidates.INPUT):
        parser.error(f"{options.prefix} is not below {candidates.INPUT}")
    if options.rate <= 0 or options.parallel < 1:
        parser.error("--rate and --parallel must be positive")
    return options


def output(stack, name):
    """An output of the stack; a ValueError where it has none of that name."""
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    for entry in found.get("Outputs", []):
        if entry["OutputKey"] == name:
            return entry["OutputValue"]
    raise ValueError(f"the stack {stack} has no output {name}")


def found(options, sender, stack):
    """What the mode finds; `stack` is an ExitStack."""
    def leave_out(_):
        sender.count("finished before")

    # As many connections as threads look at reports.
    s3 = boto3.client("s3", config=Config(max_pool_connections=16))
    if options.mode == "library":
        return candidates.library(s3, options.bucket, options.prefix, leave_out)
    if options.mode == "failed-events":
        url = options.queue or output(options.stack, "FailedEvents")
        return stack.enter_context(candidates.FailedEvents(boto3.client("sqs"), url, sender.fail))
    queue = options.queue or output(options.stack, "JobQueue")
    return candidates.failed_jobs(boto3.client("batch"), s3, queue, leave_out)


def run(options):
    config = Config(
        read_timeout=READ_TIMEOUT, max_pool_connections=options.parallel, retries={"mode": "standard", "max_attempts": 10})
    function = options.function or output(options.stack, "TriggerFunction")
    sender = Sender(boto3.client("lambda", config=config), function, options.rate, options.parallel)
    with contextlib.ExitStack() as stack:
        items = found(options, sender, stack)
        if options.dry_run:
            for item in items:
                print(item.name)
                sender.count("would be submitted")
        else:
            stack.enter_context(Progress(sender))
            sender.send(items)
    print(sender.summary)
    return 1 if sender.counts["failed"] else 0


def main():
    options = arguments()
    try:
        sys.exit(run(options))
    except (BotoCoreError, ClientError, ValueError) as error:
        sys.exit(f"scripts/resubmit: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
