"""What the roles may do, by moto's evaluator of IAM policies: exactly the calls that the programs make."""
import json
import types
import unittest

from moto.iam.access_control import IAMPolicy, PermissionResult

from conditions import applicable, holds
from created import Stack
from translated import ACCOUNT, REGION

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Stack(KmsKeyArn=KEY, EcrRepository="reelpress", EncodedSources="expire") as stack:
            cls.policies = {role: stack.policy(role) for role in (
                "TriggerRole", "WorkerRole", "HelperRole", "ExecutionRole")}
            cls.resources = stack.resources
        bucket = f"reelpress-{ACCOUNT}-{REGION}"
        cls.bucket = f"arn:aws:s3:::{bucket}"

    def may(self, role, action, resource, **context):
        """context: tags of the request and of the resource, each as {"name": "value"}."""
        values = {}
        for key, tags in context.items():
            values |= {f"aws:{key}Tag/{name}": value for name, value in tags.items()}
            if key == "Request":
                values["aws:TagKeys"] = list(tags)
        policy = IAMPolicy(json.dumps(applicable(self.policies[role], values)))
        return policy.is_action_permitted(action, resource) == PermissionResult.PERMITTED

    def actions(self, role):
        found = set()
        for statement in self.policies[role]["Statement"]:
            if statement["Effect"] == "Deny":
                continue
            action = statement["Action"]
            found |= {action} if isinstance(action, str) else set(action)
        return found

    def check(self, role, allowed, refused):
        """Each call is an action, a resource, and tags where there are some."""
        for action, resource, *tags in allowed:
            with self.subTest(role=role, allowed=action, resource=resource, tags=tags):
                self.assertTrue(self.may(role, action, resource, **dict(*tags)))
        for action, resource, *tags in refused:
            with self.subTest(role=role, refused=action, resource=resource, tags=tags):
                self.assertFalse(self.may(role, action, resource, **dict(*tags)))
        # Nothing is allowed that no call needs.
        self.assertEqual(self.actions(role), {action for action, *_ in allowed})

    def test_the_worker(self):
        bucket = self.bucket
        results = [
            (action, f"{bucket}/{folder}/preserve/trip/day 1.mp4") for folder in ("output", "reports")
            for action in ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")]
        work = [
            (action, f"{bucket}/work/0123456789abcdef/17.chunk")
            for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")]
        helpers = self.helpers()
        self.check("WorkerRole", results + work + helpers.allowed + [
            ("s3:GetObject", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:GetObjectVersion", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:GetObjectTagging", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:GetObjectVersionTagging", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:PutObjectTagging", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:PutObjectVersionTagging", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:ListBucket", bucket),
            ("s3:ListBucketMultipartUploads", bucket),
            ("kms:GenerateDataKey", KEY),
            ("kms:Decrypt", KEY),
        ], [
            ("s3:PutObject", f"{bucket}/input/preserve/a.mov"),
            ("s3:DeleteObject", f"{bucket}/input/preserve/a.mov"),
            ("s3:DeleteObject", f"{bucket}/output/preserve/a.mp4"),
            ("s3:DeleteObject", f"{bucket}/reports/preserve/a.mp4.json"),
            ("s3:DeleteObject", f"{bucket}/workshop/a.mp4"),
            ("s3:DeleteObjectVersion", f"{bucket}/work/0123456789abcdef/17.chunk"),
            ("s3:DeleteObject", "arn:aws:s3:::another-bucket/work/17.chunk"),
            ("s3:PutObjectTagging", f"{bucket}/output/preserve/a.mp4"),
            ("s3:PutObjectAcl", f"{bucket}/output/preserve/a.mp4"),
            ("s3:PutObject", f"{bucket}/elsewhere/a.mp4"),
            ("s3:GetObject", f"{bucket}/elsewhere/a.mp4"),
            ("s3:GetObject", "arn:aws:s3:::another-bucket/input/a.mov"),
            ("s3:PutObject", "arn:aws:s3:::another-bucket/output/a.mp4"),
            ("s3:PutBucketPolicy", bucket),
            ("s3:DeleteBucket", bucket),
            ("s3:ListBucket", "arn:aws:s3:::another-bucket"),
            ("kms:Decrypt", KEY.replace("1234abcd", "other")),
            ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ] + helpers.refused)

    def helpers(self):
        """Calls of AWS Batch that the job of a video makes for its helpers, and others."""
        queue, definition = self.resources["HelperQueue"], self.resources["HelperDefinition"]
        name, _, revision = definition.rpartition(":")
        self.assertTrue(revision.isdigit())
        job = f"arn:aws:batch:{REGION}:{ACCOUNT}:job/8476a536-e9f4-11e8-9739-2dfe598c3fcd"
        bucket = self.bucket.rpartition(":")[2]
        video = {"reelpress:bucket": bucket, "reelpress:key": "input/preserve/a.mp4", "reelpress:policy": "preserve"}
        helper = video | {"reelpress:lead": "b0c2e1f4"}
        foreign = helper | {"reelpress:bucket": "another-bucket"}
        allowed = [
            ("batch:SubmitJob", queue), ("batch:SubmitJob", definition), ("batch:SubmitJob", name),
            ("batch:CancelJob", job, {"Resource": helper}),
        ] + [
            ("batch:TagResource", resource, tags) for resource in (queue, definition, name, job)
            # "aws:ResourceTag is included in the request context [...] in requests that create a resource with an attached
            # tag": "AWS global condition context keys", IAM User Guide. Whether Batch does it is not documented.
            for tags in ({"Request": helper}, {"Request": helper, "Resource": helper})]
        refused = [
            ("batch:SubmitJob", self.resources["JobQueue"]),
            ("batch:SubmitJob", queue + "2"),
            ("batch:SubmitJob", self.resources["JobDefinition"]),
            ("batch:SubmitJob", definition.replace("reelpress-helper", "another")),
            ("batch:SubmitJob", name + "-2"),
            # The job of another video, helpers of another bucket, a job of another program.
            ("batch:CancelJob", job, {"Resource": video}),
            ("batch:CancelJob", job, {"Resource": foreign}),
            ("batch:CancelJob", job, {"Resource": {"owner": "me"}}),
            ("batch:CancelJob", job),
            # The job of another video is no helper, and doesn't become one.
            ("batch:TagResource", job, {"Request": helper, "Resource": video}),
            ("batch:TagResource", job, {"Request": {"reelpress:lead": "b0c2e1f4"}}),
            ("batch:TagResource", job, {"Request": helper | {"cost-center": "mine"}}),
            ("batch:TagResource", job, {"Request": foreign}),
            ("batch:TagResource", job, {"Request": video}),
            ("batch:TagResource", self.resources["JobQueue"], {"Request": helper}),
            ("batch:UntagResource", job, {"Resource": helper}),
            ("batch:TerminateJob", job, {"Resource": helper}),
            ("batch:TerminateJob", job, {"Resource": video}),
            ("batch:ListJobs", "*"),
            ("batch:DescribeJobs", "*"),
            ("batch:RegisterJobDefinition", definition, {"Request": helper}),
            ("batch:UpdateJobQueue", queue),
            ("batch:DeleteJobQueue", queue),
        ]
        return types.SimpleNamespace(allowed=allowed, refused=refused)

    def test_a_helper(self):
        bucket = self.bucket
        work = f"{bucket}/work/0123456789abcdef/17.chunk"
        self.check("HelperRole", [
            ("s3:GetObject", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:GetObjectVersion", f"{bucket}/input/preserve/trip/day 1.mov"),
            ("s3:GetObject", work), ("s3:PutObject", work), ("s3:DeleteObject", work), ("s3:AbortMultipartUpload", work),
            ("s3:ListBucket", bucket),
            ("s3:ListBucketMultipartUploads", bucket),
            ("kms:GenerateDataKey", KEY),
            ("kms:Decrypt", KEY),
        ], [
            ("s3:PutObject", f"{bucket}/output/preserve/a.mp4"),
            ("s3:GetObject", f"{bucket}/output/preserve/a.mp4"),
            ("s3:PutObject", f"{bucket}/reports/preserve/a.mp4.json"),
            ("s3:PutObject", f"{bucket}/input/preserve/a.mov"),
            ("s3:DeleteObject", f"{bucket}/input/preserve/a.mov"),
            ("s3:PutObjectTagging", f"{bucket}/input/preserve/a.mov"),
            ("s3:PutObject", "arn:aws:s3:::another-bucket/work/17.chunk"),
            ("batch:SubmitJob", self.resources["HelperQueue"]),
            ("batch:CancelJob", f"arn:aws:batch:{REGION}:{ACCOUNT}:job/8476a536", {"Resource": {"reelpress:lead": "1"}}),
            ("kms:Decrypt", KEY.replace("1234abcd", "other")),
        ])

    def test_the_function(self):
        queue, definition = self.resources["JobQueue"], self.resources["JobDefinition"]
        # With a revision and without: which of them Batch's authorization has depends on the request.
        name, _, revision = definition.rpartition(":")
        self.assertTrue(revision.isdigit())
        events = self.resources["FailedEvents"].rsplit("/", 1)[1]
        failed = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{events}"
        self.check("TriggerRole", [
            ("batch:SubmitJob", queue), ("batch:SubmitJob", definition), ("batch:SubmitJob", name),
            ("batch:TagResource", queue), ("batch:TagResource", definition), ("batch:ListJobs", "*"),
            ("batch:TagResource", f"arn:aws:batch:{REGION}:{ACCOUNT}:job/8476a536"),
            ("sqs:SendMessage", failed),
        ], [
            ("batch:SubmitJob", queue + "2"),
            ("batch:SubmitJob", definition.replace("reelpress-worker", "another")),
            ("batch:SubmitJob", name + "-2"),
            ("batch:TerminateJob", f"arn:aws:batch:{REGION}:{ACCOUNT}:job/8476a536"),
            ("batch:RegisterJobDefinition", definition),
            ("batch:DeleteJobQueue", queue),
            ("s3:GetObject", f"{self.bucket}/output/preserve/a.mp4"),
            ("s3:PutObject", f"{self.bucket}/input/preserve/a.mp4"),
            ("sqs:ReceiveMessage", failed),
            ("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:another"),
            ("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/x"),
            ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/x:log-stream:y"),
            ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ])

    def test_fargate_itself(self):
        logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.resources['Logs']}"
        repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/reelpress"
        self.check("ExecutionRole", [
            ("logs:CreateLogStream", f"{logs}:log-stream:worker/default/1"),
            ("logs:PutLogEvents", f"{logs}:log-stream:worker/default/1"),
            ("ecr:GetAuthorizationToken", "*"),
            ("ecr:BatchGetImage", repository),
            ("ecr:GetDownloadUrlForLayer", repository),
        ], [
            ("logs:CreateLogGroup", logs),
            ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:another:log-stream:x"),
            ("ecr:BatchGetImage", repository + "2"),
            ("ecr:PutImage", repository),
            ("s3:GetObject", f"{self.bucket}/input/preserve/a.mov"),
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:x"),
            ("ssm:GetParameters", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/x"),
            ("kms:Decrypt", KEY),
            ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
            ("batch:SubmitJob", self.resources["JobQueue"]),
        ])


class WithoutOptions(unittest.TestCase):
    def test_no_rights_on_registries_keys_and_tags(self):
        with Stack() as stack:
            text = json.dumps([
                stack.policy(role) for role in ("TriggerRole", "WorkerRole", "HelperRole", "ExecutionRole")])
        self.assertNotIn("ecr:", text)
        self.assertNotIn("kms:", text)
        self.assertNotIn("Tagging", text)

    def test_without_helpers_the_worker_may_do_nothing_in_batch(self):
        with Stack(Helpers="0") as stack:
            self.assertNotIn("batch:", json.dumps(stack.policy("WorkerRole")))
            self.assertNotIn("HelperRole", stack.resources)


class Conditions(unittest.TestCase):
    """The evaluator of conditions, as AWS's page describes them."""

    def test_each_operator(self):
        for condition, context, expected in [
            ({}, {}, True),
            ({"StringEquals": {"key": "a"}}, {"key": "a"}, True),
            ({"StringEquals": {"key": "a"}}, {"key": "ab"}, False),
            ({"StringEquals": {"key": "a"}}, {}, False),
            ({"StringEquals": {"key": ["a", "b"]}}, {"key": "b"}, True),
            ({"StringLike": {"key": "a*"}}, {"key": "ab"}, True),
            ({"Null": {"key": "true"}}, {}, True),
            ({"Null": {"key": "true"}}, {"key": ""}, False),
            ({"Null": {"key": "false"}}, {"key": "a"}, True),
            ({"ForAllValues:StringLike": {"key": "a*"}}, {"key": ["ab", "ac"]}, True),
            ({"ForAllValues:StringLike": {"key": "a*"}}, {"key": ["ab", "b"]}, False),
            ({"ForAllValues:StringLike": {"key": "a*"}}, {}, True),
            # All operators and all keys of a condition.
            ({"StringEquals": {"key": "a", "other": "b"}}, {"key": "a"}, False),
            ({"StringEquals": {"key": "a"}, "Null": {"other": "false"}}, {"key": "a"}, False),
        ]:
            with self.subTest(condition=condition, context=context):
                self.assertEqual(holds(condition, context), expected)
