"""AWS Batch as boto3 sees it, on a moto server: `batch.py ORIGIN setup` makes the queue `encode` and the definition
`worker`; `batch.py ORIGIN job ID` prints what DescribeJobs says of a job, as JSON; `batch.py ORIGIN names` all jobs' names."""
import json
import sys
import urllib.request

import boto3

origin, command, *arguments = sys.argv[1:]


def client(service):
    return boto3.client(service, endpoint_url=origin, region_name="us-east-1", aws_access_key_id="AKID",
                        aws_secret_access_key="secret")


batch = client("batch")
if command == "setup":
    setting = json.dumps({"batch": {"use_docker": False}}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{origin}/moto-api/config", setting, method="POST")).read()
    role = client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    ec2 = client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    environment = batch.create_compute_environment(
        computeEnvironmentName="spot", type="MANAGED", state="ENABLED", serviceRole=role,
        computeResources={"type": "FARGATE_SPOT", "maxvCpus": 4, "subnets": [subnet], "securityGroupIds": [group]})
    batch.create_job_queue(jobQueueName="encode", state="ENABLED", priority=1, computeEnvironmentOrder=[
        {"order": 1, "computeEnvironment": environment["computeEnvironmentArn"]}])
    batch.register_job_definition(
        jobDefinitionName="worker", type="container", platformCapabilities=["FARGATE"],
        containerProperties={"image": "worker", "executionRoleArn": role, "resourceRequirements": [
            {"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]})
elif command == "job":
    jobs = batch.describe_jobs(jobs=arguments)["jobs"]
    print(json.dumps(jobs[0], default=str))
else:
    pages = [batch.list_jobs(jobQueue="encode", jobStatus=status)["jobSummaryList"] for status in (
        "SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")]
    print(json.dumps(sorted(job["jobName"] for page in pages for job in page)))
