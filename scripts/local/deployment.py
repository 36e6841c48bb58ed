"""What the local pipeline takes from template.yaml, so that it does what the stack would do."""
import dataclasses

import retries
import template
from harness.processes import ROOT


@dataclasses.dataclass
class Deployment:
    """The parts of a resolved template.

    - prefix: of the keys of which S3 sends events.
    - priorities: of the job queues, by their names in the template.
    - definitions: RegisterJobDefinition's arguments, and the name, of each job definition by its name in the template; of
      helpers first, which the other one refers to.
    - retries: of an event whose invocation fails.
    - function_timeout: in seconds.
    - is_paused: jobs are accepted, but none is started.
    """

    prefix: str
    priorities: dict
    definitions: dict
    retries: int
    function_timeout: int
    is_paused: bool

    @staticmethod
    def read(parameters=None, path=ROOT / "template.yaml"):
        """For parameters of the template (those that have no meaning here can be left out)."""
        parameters = {"WorkerImage": "local"} | (parameters or {})
        resources = template.resolve(template.load(path), parameters, {"AWS::StackName": "local"})["Resources"]
        bucket, function = (resources[name]["Properties"] for name in ("Bucket", "TriggerFunction"))
        rules = bucket["NotificationConfiguration"]["LambdaConfigurations"][0]["Filter"]["S3Key"]["Rules"]
        return Deployment(
            prefix=rules[0]["Value"],
            priorities={
                name: int(resources[name]["Properties"]["Priority"])
                for name in ("JobQueue", "HelperQueue") if name in resources},
            definitions={
                name: _definition(resources[name]["Properties"])
                for name in ("HelperDefinition", "JobDefinition") if name in resources},
            retries=int(function["EventInvokeConfig"]["MaximumRetryAttempts"]),
            function_timeout=int(function["Timeout"]),
            is_paused=resources["Spot"]["Properties"]["State"] == "DISABLED")


def _definition(job):
    container = retries.lowered(job["ContainerProperties"])
    # They name parts of AWS that are not here.
    for name in ("logConfiguration", "jobRoleArn", "executionRoleArn"):
        container.pop(name)
    container["executionRoleArn"] = "arn:aws:iam::123456789012:role/local"
    return {
        "name": job["JobDefinitionName"], "type": job["Type"], "platformCapabilities": job["PlatformCapabilities"],
        "containerProperties": container, "retryStrategy": retries.lowered(job["RetryStrategy"]),
        "timeout": {"attemptDurationSeconds": int(job["Timeout"]["AttemptDurationSeconds"])}}
