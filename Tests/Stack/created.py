"""The translated template as a stack on moto, in this process."""
import ast
import io
import json
import os
import zipfile

import boto3
import moto

from translated import CODE, IMAGE, REGION, resolve, template

UNKNOWN_TO_MOTO = {
    "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::Lambda::EventInvokeConfig", "AWS::CloudWatch::Alarm",
    "AWS::Budgets::Budget", "AWS::SNS::TopicPolicy"}


class Stack:
    """A stack with these parameters; a context manager, in which moto replaces AWS.

    moto lacks some types of resources, which are left out; it requires a service role where AWS uses Batch's own, doesn't
    set a bucket's notification, and doesn't know AWS::NoValue in a list, so that parameters and conditions are resolved
    before.
    """

    def __init__(self, network=False, **parameters):
        """network: uses existing subnets and an existing security group."""
        self.network = network
        self.parameters = {"WorkerImage": IMAGE} | parameters
        self.moto = moto.mock_aws(config={"batch": {"use_docker": False}})

    def client(self, service):
        return boto3.client(service, region_name=REGION)

    def __enter__(self):
        os.environ |= {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
        self.moto.start()
        try:
            self.create()
        except BaseException:
            self.moto.stop()
            raise
        return self

    def __exit__(self, *_):
        self.moto.stop()

    def create(self):
        archive = io.BytesIO()
        zipfile.ZipFile(archive, "w").writestr("bootstrap", "")
        self.client("s3").create_bucket(Bucket=CODE["Bucket"])
        self.client("s3").put_object(Body=archive.getvalue(), **CODE)
        role = self.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        if self.network:
            ec2 = self.client("ec2")
            subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
            group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
            self.parameters |= {"SubnetIds": ",".join(subnets), "SecurityGroupIds": group}
        body = resolve(template(), self.parameters)
        for name, resource in list(body["Resources"].items()):
            if resource["Type"] in UNKNOWN_TO_MOTO:
                del body["Resources"][name]
            if resource["Type"] == "AWS::Batch::ComputeEnvironment":
                resource["Properties"]["ServiceRole"] = role
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName="reelpress", TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
        stack = cloudformation.describe_stacks(StackName="reelpress")["Stacks"][0]
        self.status = stack["StackStatus"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName="reelpress")
        self.resources = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages for resource in page["StackResourceSummaries"]}

    def definition(self, name="worker"):
        """A job definition, as Batch has it."""
        [definition] = self.client("batch").describe_job_definitions(
            jobDefinitionName=f"reelpress-{name}", status="ACTIVE")["jobDefinitions"]
        return definition

    def policy(self, role):
        """The one inline policy of a role, by the role's name in the template."""
        iam, name = self.client("iam"), self.resources[role]
        [policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]
        assert not iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        # moto returns the document in Python's notation.
        return ast.literal_eval(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
