"""moto in the place of AWS, on loopback: a bucket with its notification, a job queue, a job definition."""
import json
import pathlib
import subprocess
import sys
import urllib.request

import boto3

import processes

REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


class AWS:
    """A server that is there until `close`.

    - words: that start it, our moto_server unless given: its jobs wait for `change_job`.
    """

    def __init__(self, port=0, words=()):
        self.port = port or processes.free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        words = words or [sys.executable, pathlib.Path(__file__).parent / "server.py"]
        self.process = processes.start([*words, "-H", "127.0.0.1", "-p", str(self.port)], error=subprocess.DEVNULL)
        try:
            processes.wait_for(self.port, self.process, f"moto_server on port {self.port}")
            # Jobs are the runner's: moto takes them and would start containers for them.
            self._send("POST", "/moto-api/config", {"batch": {"use_docker": False}})
        except BaseException:
            self.close()
            raise

    def _send(self, method, path, message):
        request = urllib.request.Request(f"{self.origin}{path}", json.dumps(message).encode(), method=method)
        with urllib.request.urlopen(request) as response:
            response.read()

    @property
    def environment(self):
        """What a client of it needs; nobody's own settings and keys are looked at."""
        return KEYS | {
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": self.origin,
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.origin, region_name=REGION, aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"])

    def queue(self, name):
        """The URL and ARN of a new message queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bucket(self, name, prefix, notified):
        """Makes a bucket that tells a message queue (ARN) of what is put below the prefix."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": [{
            "Id": "uploads", "QueueArn": notified, "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}}]})

    def job_queue(self, name):
        """The ARN of a new job queue."""
        batch, ec2 = self.client("batch"), self.client("ec2")
        role = self.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        compute = batch.create_compute_environment(
            computeEnvironmentName=name, type="MANAGED", serviceRole=role, computeResources={
                "type": "FARGATE_SPOT", "maxvCpus": 16,
                "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
                "securityGroupIds": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]})
        order = [{"order": 1, "computeEnvironment": compute["computeEnvironmentArn"]}]
        queue = batch.create_job_queue(jobQueueName=name, state="ENABLED", priority=1, computeEnvironmentOrder=order)
        return queue["jobQueueArn"]

    def job_definition(self, definition):
        """The ARN of a new job definition."""
        return self.client("batch").register_job_definition(**definition)["jobDefinitionArn"]

    def change_job(self, job, status, exit_code=None):
        """A job's new state, and how its attempt ended, for DescribeJobs and ListJobs."""
        self._send("PUT", f"/local/jobs/{job}", {"status": status, "exitCode": exit_code})

    def close(self):
        processes.end(self.process, patience=2)
