"""What an update of the stack replaces, as CloudFormation's schemas have it (cfn-lint's copy): nothing that holds jobs,
videos or messages. moto does not tell an update from a replacement."""
import json
import unittest

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from translated import IMAGE, PSEUDO, REGION, resolve, source, template

WITH_ALL = {
    "WorkerImage": IMAGE, "OnDemandVcpus": "4", "NotifyEmail": "me@example.com", "MonthlyBudget": "50", "Versioning": "true",
    "EncodedSources": "GLACIER"}
# A change of each parameter of a stack that has everything. Parameters that must be set together are one change.
CHANGES = {
    "WorkerImage": {"WorkerImage": "public.ecr.aws/example/reelpress:0.2.0"}, "EcrRepository": {"EcrRepository": "reelpress"},
    "WorkerArchitecture": {"WorkerArchitecture": "ARM64"}, "Architecture": {"Architecture": "arm64"},
    "Runtime": {"Runtime": "provided.al2"}, "Versioning": {"Versioning": "false"},
    "KmsKeyArn": {"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"},
    "EncodedSources": {"EncodedSources": "expire"}, "EncodedSourcesDays": {"EncodedSourcesDays": "90"},
    "WorkerSize": {"WorkerSize": "2vcpu-8gb"}, "MaxVcpus": {"MaxVcpus": "64"}, "OnDemandVcpus": {"OnDemandVcpus": "8"},
    "Helpers": {"Helpers": "3"}, "JobTimeout": {"JobTimeout": "6h"}, "Paused": {"Paused": "true"},
    "ReservedConcurrency": {"ReservedConcurrency": "5"}, "Crf": {"Crf": "26"}, "Preset": {"Preset": "slow"},
    "Container": {"Container": "mkv"}, "Interlaced": {"Interlaced": "keep"}, "Errors": {"Errors": "strict"},
    "Larger": {"Larger": "keep"}, "SkipHevcBelow": {"SkipHevcBelow": "0"}, "X265Params": {"X265Params": "aq-mode=3"},
    "StorageClass": {"StorageClass": "STANDARD_IA"}, "Log": {"Log": "debug"},
    "SubnetIds": {"SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1"}, "AssignPublicIp": {"AssignPublicIp": "DISABLED"},
    "NotifyEmail": {"NotifyEmail": "you@example.com"}, "MonthlyBudget": {"MonthlyBudget": "80"},
    "BucketName": {"BucketName": "my-videos"}, "BucketExists": {"BucketExists": "true", "BucketName": "my-videos"},
}
SETTINGS_OF_JOBS = [
    "WorkerImage", "WorkerArchitecture", "WorkerSize", "JobTimeout", "Crf", "Preset", "Container", "Interlaced", "Errors",
    "Larger", "SkipHevcBelow", "X265Params", "StorageClass", "Log", "AssignPublicIp"]
# Its subscribers can't be changed; it holds nothing.
REPLACEABLE = {"NotifyEmail": {"Budget"}}


def schema(kind):
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema


def fixed(resource):
    """The paths of the properties whose change replaces a resource."""
    found = schema(resource["Type"])
    paths = list(found.get("createOnlyProperties", []))
    # "To enable more properties to be updated, set this property to false": AWS::Batch::ComputeEnvironment.
    if resource["Properties"].get("ReplaceComputeEnvironment") is not False:
        paths += found.get("conditionalCreateOnlyProperties", [])
    return [path.split("/")[2:] for path in paths]


def at(value, path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def identity(resource):
    """The values that a resource keeps from its creation to its end."""
    properties = {"Properties": {}} | resource
    return {"/".join(path): value for path in fixed(properties) if (value := at(properties["Properties"], path)) is not None}


def refers(value, names):
    text = json.dumps(value)
    return any(f'"Ref": "{name}"' in text or f'["{name}", ' in text or f"${{{name}" in text for name in names)


def replaced(before, after):
    """The names of the resources that CloudFormation replaces: their own fixed properties change, or what they refer to is
    replaced."""
    common = set(before) & set(after)
    names = {name for name in common if identity(before[name]) != identity(after[name])}
    while more := {name for name in common - names if refers(identity(after[name]), names)}:
        names |= more
    return names


def resources(**parameters):
    return resolve(template(), WITH_ALL | parameters, PSEUDO)["Resources"]


class Updates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.before = resources()

    def update(self, name):
        """What is replaced, created, removed and changed."""
        after = resources(**CHANGES[name])
        changed = {key for key in set(self.before) & set(after) if self.before[key] != after[key]}
        return replaced(self.before, after), set(after) - set(self.before), set(self.before) - set(after), changed

    def test_every_parameter_is_tried(self):
        self.assertCountEqual({name for change in CHANGES.values() for name in change}, source()["Parameters"])

    def test_nothing_is_replaced_or_removed(self):
        for name in set(CHANGES) - {"BucketName", "BucketExists", "SubnetIds"}:
            with self.subTest(name):
                gone, created, removed, changed = self.update(name)
                self.assertEqual((gone, created, removed), (REPLACEABLE.get(name, set()), set(), set()))
                self.assertTrue(changed, "the parameter has no effect")

    def test_a_setting_of_jobs_makes_a_revision(self):
        """Nothing else changes, besides the function, which names the new revision."""
        for name in SETTINGS_OF_JOBS:
            with self.subTest(name):
                changed = self.update(name)[3]
                self.assertIn("JobDefinition", changed)
                self.assertLessEqual(changed, {"JobDefinition", "HelperDefinition", "Bucket"})
                self.assertEqual("Bucket" in changed, name == "JobTimeout")
        environment = self.before["TriggerFunction"]["Properties"]["Environment"]["Variables"]
        self.assertEqual(environment["JOB_DEFINITION"], {"Ref": "JobDefinition"})

    def test_another_network_keeps_the_compute_environments(self):
        gone, created, removed, changed = self.update("SubnetIds")
        self.assertEqual((gone, created), (set(), set()))
        self.assertLessEqual({"Spot", "OnDemand"}, changed)
        kinds = {self.before[name]["Type"].split("::")[1] for name in removed}
        self.assertEqual(kinds, {"EC2"})

    def test_another_bucket_keeps_the_old_one(self):
        gone, _, removed, _ = self.update("BucketName")
        self.assertEqual((gone, removed), ({"Bucket", "BucketPolicy", "BucketMayInvoke"}, set()))
        self.assertEqual(self.before["Bucket"]["UpdateReplacePolicy"], "Retain")
        gone, _, removed, _ = self.update("BucketExists")
        self.assertEqual((gone, removed), (set(), {"Bucket", "BucketPolicy", "BucketMayInvoke"}))
        self.assertEqual(self.before["Bucket"]["DeletionPolicy"], "RetainExceptOnCreate")

    def test_capacity_and_helpers_come_and_go(self):
        for without, names in (
            ({"OnDemandVcpus": "0"}, {"OnDemand"}), ({"Helpers": "0"}, {"HelperQueue", "HelperDefinition", "HelperRole"}),
        ):
            less = resources(**without)
            self.assertEqual((set(self.before) - set(less), set(less) - set(self.before)), (names, set()))
            self.assertEqual(replaced(self.before, less) | replaced(less, self.before), set())


class Versions(unittest.TestCase):
    """The next version of the template updates a stack of this one."""

    # What has jobs, videos or messages, or an address that somebody has written down: the fixed properties of each.
    KEPT = {
        "Bucket": {"BucketName": "reelpress-123456789012-us-east-1"}, "Spot": {"Type": "MANAGED"},
        "OnDemand": {"Type": "MANAGED"}, "JobQueue": {}, "HelperQueue": {}, "FailedEvents": {}, "FailedJobsQueue": {},
        "TriggerFunction": {}, "JobDefinition": {"JobDefinitionName": "reelpress-worker"},
        "HelperDefinition": {"JobDefinitionName": "reelpress-helper"}, "Messages": {}}

    def test_resources_keep_their_names_and_fixed_properties(self):
        """A resource with another name in the template is another resource, and this one is removed."""
        current = resources()
        for name, properties in self.KEPT.items():
            with self.subTest(name):
                self.assertEqual(identity(current[name]), properties)

    def test_a_compute_environment_keeps_its_kind_of_capacity(self):
        """It can't be changed in place from Fargate to EC2, nor can ReplaceComputeEnvironment."""
        current = resources()
        for name, kind in (("Spot", "FARGATE_SPOT"), ("OnDemand", "FARGATE")):
            properties = current[name]["Properties"]
            self.assertEqual((properties["ReplaceComputeEnvironment"], properties["ComputeResources"]["Type"]), (False, kind))


class Tags(unittest.TestCase):
    def test_only_compute_environments_cannot_be_tagged_later(self):
        """docs/deploy.md says so; the template itself tags none of them."""
        current = resources()
        kinds = {
            resource["Type"] for resource in current.values()
            if ["Tags"] in fixed({"Properties": {}} | resource) or (
                schema(resource["Type"]).get("tagging", {}).get("taggable")
                and not schema(resource["Type"])["tagging"].get("tagUpdatable", True))}
        self.assertEqual(kinds, {"AWS::Batch::ComputeEnvironment"})
        for name in ("Spot", "OnDemand"):
            self.assertNotIn("Tags", current[name]["Properties"])


class Comparison(unittest.TestCase):
    """The comparison itself."""

    def queue(self, **properties):
        return {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, **properties}}

    def environment(self, subnet, **properties):
        return {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {
            "Type": "MANAGED", "ComputeResources": {"Subnets": [subnet]}, **properties}}

    def test_a_fixed_property(self):
        self.assertEqual(replaced({"A": self.queue()}, {"A": self.queue(JobQueueName="a")}), {"A"})
        self.assertEqual(replaced({"A": self.queue()}, {"A": self.queue(Tags={"a": "b"})}), set())
        self.assertEqual(replaced({"A": self.queue()}, {"B": self.queue()}), set())

    def test_a_compute_environment_that_is_not_kept(self):
        self.assertEqual(replaced({"A": self.environment("1")}, {"A": self.environment("2")}), {"A"})
        kept = {"ReplaceComputeEnvironment": False}
        self.assertEqual(replaced({"A": self.environment("1", **kept)}, {"A": self.environment("2", **kept)}), set())

    def test_what_refers_to_a_replaced_one(self):
        table = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "N"}}}
        network = [{"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": block}} for block in ("10.0.0.0/16", "10.1.0.0/16")]
        self.assertEqual(replaced({"N": network[0], "T": table}, {"N": network[1], "T": table}), {"N", "T"})


if __name__ == "__main__":
    unittest.main()
