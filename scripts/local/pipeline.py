"""The whole stack on one machine: bucket, function, queue and worker, connected as template.yaml connects them."""
import contextlib
import json
import os

import deployment
from delivery import Delivery
from harness.aws import Moto
from harness.function import Function
from jobs import Runner

BUCKET = "reelpress"
# As samconfig.toml has it.
STACK = "reelpress"


class Pipeline:
    """A context manager: all programs run while it is open; then nothing is left of them.

    - function: the function's zip or program.
    - worker: a `workers.Program` or `workers.Image`.
    - parameters: of the template, as {"Preset": "ultrafast"}.
    """

    def __init__(self, function, worker, parameters=None, port=0, at_once=2, log=print):
        self.function_program, self.worker = function, worker
        self.port, self.at_once, self.log = port, at_once, log
        self.deployment = deployment.Deployment.read(parameters)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _start(self, stack):
        self.aws = stack.enter_context(Moto(self.port))
        queue = self.aws.job_queue("reelpress")
        definition = self.aws.job_definition(**self.deployment.definition)
        uploads, notified = self.aws.queue("uploads")
        self.failed_events, _ = self.aws.queue("failed-events")
        self.failed_jobs, _ = self.aws.queue("failed-jobs")
        self._describe_stack(queue, definition)
        self.aws.bucket(BUCKET, self.deployment.prefix, notified)
        self.function = stack.enter_context(contextlib.closing(Function(
            self.function_program, self.aws.environment | {"JOB_QUEUE": queue, "JOB_DEFINITION": definition},
            self.deployment.function_timeout)))
        self.runner = stack.enter_context(contextlib.closing(Runner(
            self.aws, queue, self.worker, self.aws.environment, 0 if self.deployment.is_paused else self.at_once,
            self.failed_jobs, self.log)))
        self.delivery = stack.enter_context(contextlib.closing(Delivery(
            self.aws, uploads, self.failed_events, self.function, self.deployment.retries, self.log)))

    def _describe_stack(self, queue, definition):
        """A stack with the outputs of the deployed one, for programs that look its parts up. Updates of its parameters
        have no effect on the pipeline."""
        outputs = {
            "Bucket": BUCKET, "JobQueue": queue, "JobDefinition": definition, "FailedEvents": self.failed_events,
            "FailedJobs": self.failed_jobs}
        template = {
            "Parameters": {"Crf": {"Type": "Number", "Default": 24}},
            # CloudFormation requires one.
            "Resources": {"None": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        self.aws.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template))

    @property
    def environment(self):
        """For AWS's tools in another terminal."""
        return {"BUCKET": BUCKET} | {
            name: value for name, value in self.aws.environment.items() if value != os.devnull}
