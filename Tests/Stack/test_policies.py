"""What the roles may do, by moto's evaluator of IAM policies: exactly the calls that the programs make."""
import json
import unittest

from moto.iam.access_control import IAMPolicy, PermissionResult

from created import Stack
from translated import ACCOUNT, REGION

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Stack(KmsKeyArn=KEY, EcrRepository="reelpress", EncodedSources="expire") as stack:
            cls.policies = {role: stack.policy(role) for role in ("TriggerRole", "WorkerRole", "ExecutionRole")}
            cls.resources = stack.resources
        bucket = f"reelpress-{ACCOUNT}-{REGION}"
        cls.bucket = f"arn:aws:s3:::{bucket}"

    def may(self, role, action, resource):
        policy = IAMPolicy(json.dumps(self.policies[role]))
        return policy.is_action_permitted(action, resource) == PermissionResult.PERMITTED

    def actions(self, role):
        found = set()
        for statement in self.policies[role]["Statement"]:
            action = statement["Action"]
            found |= {action} if isinstance(action, str) else set(action)
        return found

    def check(self, role, allowed, refused):
        for action, resource in allowed:
            with self.subTest(role=role, allowed=action, resource=resource):
                self.assertTrue(self.may(role, action, resource))
        for action, resource in refused:
            with self.subTest(role=role, refused=action, resource=resource):
                self.assertFalse(self.may(role, action, resource))
        # Nothing is allowed that no call needs.
        self.assertEqual(self.actions(role), {action for action, _ in allowed})

    def test_the_worker(self):
        bucket = self.bucket
        results = [
            (action, f"{bucket}/{folder}/preserve/trip/day 1.mp4") for folder in ("output", "reports")
            for action in ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")]
        work = [
            (action, f"{bucket}/work/0123456789abcdef/17.chunk")
            for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")]
        self.check("WorkerRole", results + work + [
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
            ("batch:SubmitJob", self.resources["JobQueue"]),
            ("kms:Decrypt", KEY.replace("1234abcd", "other")),
            ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
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
            text = json.dumps([stack.policy(role) for role in ("TriggerRole", "WorkerRole", "ExecutionRole")])
        self.assertNotIn("ecr:", text)
        self.assertNotIn("kms:", text)
        self.assertNotIn("Tagging", text)
