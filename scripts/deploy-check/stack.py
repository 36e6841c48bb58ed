"""The deployed stack: its outputs, its parameters, an update of one of them."""
from cli import Refused

# Refused without them: the template contains roles, and SAM's transformation.
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
UPDATED = "Crf"


class Stack:
    """A stack by its name.

    - outputs, parameters: by name.
    """

    def __init__(self, aws, name):
        self.aws, self.name = aws, name
        [found] = aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"]
        self.outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in found.get("Outputs", [])}
        self.parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in found.get("Parameters", [])}
        if missing := {"Bucket", "JobQueue", "FailedJobs"} - set(self.outputs):
            raise Refused(f"{name} is no stack of Reelpress: it has no output {', '.join(sorted(missing))}")

    def begin_update(self, value):
        """Changes one setting of the worker, which makes a new revision of the job definition."""
        words = [
            f"ParameterKey={name}," + (f"ParameterValue={value}" if name == UPDATED else "UsePreviousValue=true")
            for name in self.parameters]
        self.aws(
            "cloudformation", "update-stack", "--stack-name", self.name, "--use-previous-template", "--capabilities",
            *CAPABILITIES, "--parameters", *words)

    def end_update(self):
        """Waits for its end. Refused where it was rolled back."""
        self.aws("cloudformation", "wait", "stack-update-complete", "--stack-name", self.name)

    def subscriptions(self):
        """E-mail addresses by whether they are confirmed; empty without NotifyEmail."""
        topic = self.outputs.get("Messages")
        if not topic:
            return {}
        found = self.aws("sns", "list-subscriptions-by-topic", "--topic-arn", topic)["Subscriptions"]
        return {entry["Endpoint"]: entry["SubscriptionArn"].startswith("arn:") for entry in found}
