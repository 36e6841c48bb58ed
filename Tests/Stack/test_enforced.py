"""The built programs with only their roles' rights, on a moto that checks them."""
import contextlib
import json
import subprocess
import sys
import unittest

from created import Stack
from programs import FUNCTION, WORKER, clip
from translated import ROOT

from harness.aws import AWS, Moto
from harness.function import Function

NAME = "reelpress-123456789012-us-east-1"


def in_motos_words(policy):
    """For Batch moto checks only actions, not resources and tags, and names them by the request's path."""
    statements = []
    for statement in policy["Statement"]:
        if "batch:" in json.dumps(statement["Action"]):
            if statement["Effect"] == "Deny":
                continue
            statement = {"Effect": "Allow", "Action": statement["Action"], "Resource": "*"}
        statements.append(statement)
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    for name in ("SubmitJob", "CancelJob", "ListJobs"):
        text = text.replace(name, name.lower())
    return json.loads(text)


class Enforced(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Stack() as stack:
            cls.policies = {role: stack.policy(role) for role in ("WorkerRole", "TriggerRole")}
            cls.queue = stack.resources["JobQueue"].rsplit("/", 1)[1]
            cls.failed = stack.resources["FailedEvents"].rsplit("/", 1)[1]

    def setUp(self):
        self.aws = self.enterContext(Moto(words=[
            sys.executable, ROOT / "Tests" / "Stack" / "permissions_moto.py"]))
        self.aws.client("s3").create_bucket(Bucket=NAME)

    def user(self, policy):
        """The environment of a user with a policy. From here on moto checks every request."""
        iam = self.aws.client("iam")
        iam.create_user(UserName="role")
        iam.put_user_policy(UserName="role", PolicyName="role", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="role")["AccessKey"]
        self.aws.send("POST", "/moto-api/reset-auth", 0)
        return self.aws.environment | {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def work(self, environment, key, **settings):
        run = subprocess.run(
            [WORKER], env=environment | settings | {
                "S3_BUCKET": NAME, "S3_KEY": key, "REELPRESS_PRESET": "ultrafast", "AWS_BATCH_JOB_ID": "job"},
            capture_output=True, text=True)
        return run.returncode, run.stderr

    def test_the_worker_encodes_and_copies(self):
        s3 = self.aws.client("s3")
        s3.upload_file(str(clip("320x240", 25)), NAME, "input/preserve/clip.mp4")
        environment = self.user(self.policies["WorkerRole"])
        self.assertEqual(self.work(environment, "input/preserve/clip.mp4"), (0, ""))
        # Again, and as one whose source is copied.
        self.assertEqual(self.work(environment, "input/preserve/clip.mp4"), (0, ""))
        kept = self.work(environment, "input/preserve/clip.mp4", REELPRESS_CRF="1", REELPRESS_LARGER="copy")
        self.assertEqual(kept, (0, ""))

    def test_the_worker_encodes_in_chunks(self):
        """What it stores in between, it finds and removes."""
        s3 = self.aws.client("s3")
        s3.upload_file(str(clip("320x240", 120)), NAME, "input/preserve/clip.mp4")
        environment = self.user(self.policies["WorkerRole"])
        self.assertEqual(self.work(environment, "input/preserve/clip.mp4", REELPRESS_CHUNKS="30"), (0, ""))
        listed = self.as_user(environment).list_objects_v2(Bucket=NAME)["Contents"]
        keys = [entry["Key"] for entry in listed]
        self.assertIn("output/preserve/clip.mp4", keys)
        self.assertFalse([key for key in keys if key.startswith("work/")])
        report = json.load(self.as_user(environment).get_object(
            Bucket=NAME, Key="reports/preserve/clip.mp4.json")["Body"])
        self.assertGreater(report["s3"]["requests"], 20)

    def test_the_worker_submits_helpers_and_cancels_them(self):
        s3 = self.aws.client("s3")
        s3.upload_file(str(clip("320x240", 96, 24)), NAME, "input/preserve/clip.mp4")
        queue, definition = self.aws.job_queue("helpers"), self.aws.job_definition("reelpress-helper")
        environment = self.user(in_motos_words(self.policies["WorkerRole"]))
        self.assertEqual(self.work(
            environment, "input/preserve/clip.mp4", REELPRESS_CHUNKS="24", REELPRESS_HELPERS="2",
            REELPRESS_HELPER_QUEUE=queue, REELPRESS_HELPER_DEFINITION=definition, REELPRESS_HELPER_WORK="0.001"), (0, ""))
        user = self.as_user(environment)
        report = json.load(user.get_object(Bucket=NAME, Key="reports/preserve/clip.mp4.json")["Body"])
        self.assertEqual((report["status"], report["notes"]), ("done", []))

    def test_an_encoded_source_is_tagged_on_request(self):
        s3 = self.aws.client("s3")
        key, broken = "input/preserve/clip.mp4", "input/preserve/broken.mp4"
        s3.upload_file(str(clip("320x240", 25)), NAME, key, ExtraArgs={"Tagging": "owner=me"})
        s3.put_object(Bucket=NAME, Key=broken, Body=b"no video")
        with Stack(EncodedSources="expire") as stack:
            policy = stack.policy("WorkerRole")
        environment = self.user(policy)
        self.assertEqual(self.work(environment, key, REELPRESS_TAG_SOURCE="reelpress=done"), (0, ""))
        self.assertEqual(self.work(environment, broken, REELPRESS_TAG_SOURCE="reelpress=done")[0], 10)
        tags = {entry["Key"]: self.tags(environment, entry["Key"]) for entry in [{"Key": key}, {"Key": broken}]}
        self.assertEqual(tags, {key: {"owner": "me", "reelpress": "done"}, broken: {}})

    def as_user(self, environment):
        return AWS(
            self.aws.origin, environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]).client("s3")

    def tags(self, environment, key):
        tags = self.as_user(environment).get_object_tagging(Bucket=NAME, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in tags}

    def test_a_missing_source_is_distinguished_from_a_forbidden_one(self):
        environment = self.user(self.policies["WorkerRole"])
        status, error = self.work(environment, "input/preserve/nothing.mp4")
        self.assertEqual(status, 10)
        self.assertIn("HTTP 404", error)

    def test_without_its_rights_it_fails(self):
        self.aws.client("s3").upload_file(str(clip("320x240", 25)), NAME, "input/preserve/clip.mp4")
        policy = json.loads(json.dumps(self.policies["WorkerRole"]).replace("s3:PutObject", "s3:Nothing"))
        status, _ = self.work(self.user(policy), "input/preserve/clip.mp4")
        self.assertEqual(status, 10)

    def test_the_function_submits(self):
        queue = self.aws.job_queue(self.queue)
        definition = self.aws.job_definition("reelpress-worker")
        event = json.loads((ROOT / "events" / "s3-put.json").read_text())
        environment = self.user(in_motos_words(self.policies["TriggerRole"])) | {"JOB_QUEUE": queue, "JOB_DEFINITION": definition}
        with contextlib.closing(Function(FUNCTION, environment, 20)) as function:
            self.assertIn("jobId", function.invoke(event)["records"][0])
