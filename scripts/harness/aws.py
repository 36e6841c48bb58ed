"""Servers that replace AWS, on loopback: moto for all services, rclone for S3 with checked signatures."""
import json
import pathlib
import subprocess
import sys
import urllib.request

import boto3

from harness import processes

REGION = "us-east-1"


class AWS:
    """A server that plays AWS, and what is set up on it.

    - origin: as http://127.0.0.1:5000.
    - key, secret: those that it knows; moto takes any.
    """

    def __init__(self, origin, key="local", secret="local"):
        self.origin, self.key, self.secret = origin, key, secret

    @property
    def environment(self):
        """The variables that a client needs; they hide the machine's own settings and keys."""
        return {
            "AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": self.origin, "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.origin, region_name=REGION, aws_access_key_id=self.key,
            aws_secret_access_key=self.secret)

    def send(self, method, path, message):
        """A request of the server's own interface, as moto's below /moto-api."""
        request = urllib.request.Request(
            f"{self.origin}{path}", json.dumps(message).encode(), {"Content-Type": "text/plain"}, method=method)
        with urllib.request.urlopen(request) as response:
            response.read()

    def queue(self, name):
        """The URL and ARN of a new message queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bucket(self, name, prefix, notified):
        """Makes a bucket that notifies a message queue (ARN) of each upload below the prefix."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": [{
            "Id": "uploads", "QueueArn": notified, "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}}]})

    def compute_environment(self, name):
        """The ARN of a new compute environment. moto runs no job in it: without Docker it only registers them."""
        self.send("POST", "/moto-api/config", {"batch": {"use_docker": False}})
        batch, ec2 = self.client("batch"), self.client("ec2")
        role = self.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        compute = batch.create_compute_environment(
            computeEnvironmentName=name, type="MANAGED", serviceRole=role, computeResources={
                "type": "FARGATE_SPOT", "maxvCpus": 16,
                "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
                "securityGroupIds": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]})
        return compute["computeEnvironmentArn"]

    def job_queue(self, name, priority=1, compute=None):
        """The ARN of a new job queue, on a compute environment (ARN) or on a new one."""
        order = [{"order": 1, "computeEnvironment": compute or self.compute_environment(name)}]
        queue = self.client("batch").create_job_queue(
            jobQueueName=name, state="ENABLED", priority=priority, computeEnvironmentOrder=order)
        return queue["jobQueueArn"]

    def job_definition(self, name, **definition):
        """The ARN of a new job definition: of an image `worker` on Fargate, unless RegisterJobDefinition's arguments say
        otherwise."""
        definition = {"type": "container", "platformCapabilities": ["FARGATE"], "containerProperties": {
            "image": "worker", "executionRoleArn": "arn:aws:iam::123456789012:role/worker", "resourceRequirements": [
                {"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]}} | definition
        return self.client("batch").register_job_definition(jobDefinitionName=name, **definition)["jobDefinitionArn"]


class Started(AWS):
    """A server that runs until `close`; a context manager as well."""

    def __init__(self, command, port, key="local", secret="local"):
        super().__init__(f"http://127.0.0.1:{port}", key, secret)
        self.port = port
        self.process = processes.start(command, error=subprocess.DEVNULL)
        try:
            processes.wait_for(port, self.process, f"{pathlib.Path(command[0]).name} on port {port}")
        except BaseException:
            self.close()
            raise

    def close(self):
        processes.end(self.process, patience=2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Moto(Started):
    """moto_server.

    - words: that start it, ours unless given: its jobs wait for `change_job`.
    - host: the address that it listens on; 0.0.0.0 for all, as clients in containers need it.
    """

    def __init__(self, port=0, words=(), host="127.0.0.1"):
        port = port or processes.free_port()
        words = words or [sys.executable, pathlib.Path(__file__).parent / "moto_server.py"]
        super().__init__([*words, "-H", host, "-p", str(port)], port)

    def change_job(self, job, status, exit_code=None):
        """Sets a job's state and its attempt's exit code, as DescribeJobs and ListJobs then report them."""
        self.send("PUT", f"/local/jobs/{job}", {"status": status, "exitCode": exit_code})


class Rclone(Started):
    """`rclone serve s3`: each folder in `folder` is a bucket."""

    def __init__(self, folder, key="AKIDLOCAL", secret="secret"):
        port = processes.free_port()
        super().__init__(
            [processes.tool("rclone"), "serve", "s3", "--config", "/dev/null", "--auth-key", f"{key},{secret}", "--addr",
             f"127.0.0.1:{port}", str(folder)], port, key, secret)
