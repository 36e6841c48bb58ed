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
    - port, host: of S3 and Batch; any free port for 0.
    - at_once: jobs that run at a time.
    - more: variables for all jobs, besides those of the template.
    """

    def __init__(self, function, worker, parameters=None, port=0, at_once=2, log=print, more=None,
                 host="127.0.0.1"):
        self.function_program, self.worker = function, worker
        self.port, self.host, self.at_once, self.log, self.more = port, host, at_once, log, more or {}
        self.deployment = deployment.Deployment.read(parameters)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _start(self, stack):
        self.aws = stack.enter_context(Moto(self.port, host=self.host))
        self.arns = arns = self._batch()
        queue = arns["JobQueue"]
        uploads, notified = self.aws.queue("uploads")
        self.failed_events, _ = self.aws.queue("failed-events")
        self.failed_jobs, _ = self.aws.queue("failed-jobs")
        self._describe_stack(arns)
        self.aws.bucket(BUCKET, self.deployment.prefix, notified)
        self.function = self._function(stack)
        self.runner = stack.enter_context(contextlib.closing(Runner(
            self.aws, {arns[name]: priority for name, priority in self.deployment.priorities.items()}, self.worker,
            self.aws.environment | self.more, 0 if self.deployment.is_paused else self.at_once,
            {queue: self.failed_jobs}, self.log)))
        self.delivery = stack.enter_context(contextlib.closing(Delivery(
            self.aws, uploads, self.failed_events, self.function, self.deployment.retries, self.log)))

    def _batch(self):
        """Makes the job queues and job definitions; their ARNs by the names in the template."""
        compute = self.aws.compute_environment("reelpress")
        arns = {
            name: self.aws.job_queue(f"reelpress-{name}", priority, compute)
            for name, priority in self.deployment.priorities.items()}
        return self._definitions(arns)

    def _definitions(self, arns):
        """Registers a revision of each job definition."""
        arns = dict(arns)
        for name, definition in self.deployment.definitions.items():
            arns[name] = self.aws.job_definition(**_referring(definition, arns))
        return arns

    def _function(self, stack):
        """The function, started; it names the current revision of the job definition."""
        names = {"JOB_QUEUE": self.arns["JobQueue"], "JOB_DEFINITION": self.arns["JobDefinition"]}
        return stack.enter_context(contextlib.closing(Function(
            self.function_program, self.aws.environment | names, self.deployment.function_timeout)))

    def begin_update(self, parameters):
        """Does the first part of an update of the stack: the job definitions get revisions for these parameters. The
        earlier ones stay (SkipDeregisterOnUpdate), and the function still names them."""
        self.deployment = deployment.Deployment.read(parameters)
        self.arns = self._definitions(self.arns)

    def end_update(self):
        """Does the second part: the function names the new revision. No event may be on its way."""
        self.function.close()
        self.function = self.delivery.function = self._function(self.stack)

    def _describe_stack(self, arns):
        """A stack with the outputs of the deployed one, for programs that look its parts up. Updates of its parameters
        have no effect on the pipeline."""
        outputs = {
            "Bucket": BUCKET, "FailedEvents": self.failed_events, "FailedJobs": self.failed_jobs} | {
                name: arn for name, arn in arns.items() if name != "HelperDefinition"}
        template = {
            "Parameters": {"Crf": {"Type": "String", "Default": "24"}},
            # CloudFormation requires one.
            "Resources": {"None": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        self.aws.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template))

    @property
    def environment(self):
        """For AWS's tools in another terminal."""
        return {"BUCKET": BUCKET} | {
            name: value for name, value in self.aws.environment.items() if value != os.devnull}


def _referring(value, arns):
    """A part of a definition with these ARNs in place of references."""
    if isinstance(value, list):
        return [_referring(part, arns) for part in value]
    if isinstance(value, dict):
        return arns[value["ref"]] if set(value) == {"ref"} else {
            key: _referring(part, arns) for key, part in value.items()}
    return value
