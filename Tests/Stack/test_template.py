"""The template: no linter finds fault with it, and what comes out of it is what an operator is promised."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from created import Stack
from translated import ACCOUNT, IMAGE, PSEUDO, REGION, ROOT, resolve, source, template

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERYTHING = {
    "EcrRepository": "reelpress", "WorkerArchitecture": "ARM64", "Architecture": "arm64", "Runtime": "provided.al2",
    "BucketName": "my-videos", "Versioning": "true", "KmsKeyArn": KEY, "EncodedSources": "GLACIER",
    "WorkerSize": "16vcpu-120gb", "MaxVcpus": "64",
    "OnDemandVcpus": "32", "Helpers": "40", "JobTimeout": "24h", "Paused": "true", "ReservedConcurrency": "2", "Crf": "28", "Preset": "slow",
    "X265Params": "aq-mode=3", "StorageClass": "STANDARD_IA", "NotifyEmail": "me@example.com", "MonthlyBudget": "50"}
# Fargate's pairs of vCPUs and GB: "Task CPU and memory", Amazon ECS Developer Guide.
FARGATE = {
    1: range(2, 9), 2: range(4, 17), 4: range(8, 31), 8: range(16, 61, 4), 16: range(32, 121, 8)}


def resolved(**parameters):
    return resolve(template(), {"WorkerImage": IMAGE} | parameters, PSEUDO)


def properties(resources, kind):
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]


def needs(resources, name):
    """The names of all resources that must be there before a resource."""
    found, waiting = set(), [name]
    while waiting:
        resource = resources[waiting.pop()]
        text = json.dumps(resource)
        direct = {
            other for other in resources
            if f'"Ref": "{other}"' in text or f'["{other}", ' in text or f"${{{other}" in text
            or other in resource.get("DependsOn", [])}
        waiting += direct - found
        found |= direct
    return found


class Lint(unittest.TestCase):
    def lint(self, *words):
        program = pathlib.Path(sys.executable).parent / "cfn-lint"
        run = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_as_it_is_written(self):
        self.lint("--include-checks", "I", "--ignore-checks", "I3042", "--", "template.yaml")

    def test_as_cloudformation_gets_it(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(template(), file)
            file.flush()
            # provided.al2 may be chosen while it can be.
            self.lint("--ignore-checks", "W1030", "--", file.name)


class Creation(unittest.TestCase):
    def test_with_defaults(self):
        with Stack() as stack:
            self.assertEqual(stack.status, "CREATE_COMPLETE")
            self.assertEqual(stack.outputs["Bucket"], f"reelpress-{ACCOUNT}-{REGION}")
            s3, bucket = stack.client("s3"), stack.outputs["Bucket"]
            encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
            self.assertEqual(encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
            self.assertNotIn("Status", s3.get_bucket_versioning(Bucket=bucket))
            definition = stack.definition()["containerProperties"]
            self.assertEqual(definition["image"], IMAGE)
            self.assertTrue(definition["readonlyRootFilesystem"])
            self.assertEqual(definition["user"], "65532:65532")
            self.assertEqual(definition["runtimePlatform"]["cpuArchitecture"], "X86_64")
            environment = {entry["name"]: entry["value"] for entry in definition["environment"]}
            self.assertEqual(environment["REELPRESS_CRF"], "24")
            self.assertEqual(environment["REELPRESS_TIMEOUT"], "259200")
            self.assertNotIn("REELPRESS_X265_PARAMS", environment)
            [compute] = stack.client("batch").describe_compute_environments()["computeEnvironments"]
            self.assertEqual(compute["computeResources"]["type"], "FARGATE_SPOT")
            self.assertEqual((compute["state"], compute["computeResources"]["maxvCpus"]), ("ENABLED", 16))
            self.assertEqual(len(compute["computeResources"]["subnets"]), 3)
            name = stack.resources["TriggerFunction"]
            function = stack.client("lambda").get_function_configuration(FunctionName=name)
            self.assertEqual(function["MemorySize"], 128)
            self.assertEqual(function["Runtime"], "provided.al2023")
            self.assertEqual(function["Environment"]["Variables"], {
                "JOB_QUEUE": stack.resources["JobQueue"], "JOB_DEFINITION": stack.resources["JobDefinition"]})
            [group] = stack.client("logs").describe_log_groups()["logGroups"]
            self.assertEqual(group["retentionInDays"], 1)

    def test_with_everything(self):
        with Stack(**EVERYTHING) as stack:
            self.assertEqual(stack.status, "CREATE_COMPLETE")
            self.assertEqual(stack.outputs["Bucket"], "my-videos")
            definition = stack.definition()["containerProperties"]
            environment = {entry["name"]: entry["value"] for entry in definition["environment"]}
            self.assertEqual(environment["REELPRESS_X265_PARAMS"], "aq-mode=3")
            self.assertEqual(environment["REELPRESS_STORAGE_CLASS"], "STANDARD_IA")
            self.assertEqual(environment["REELPRESS_PRICE_VCPU_HOUR"], "0.01619")
            size = {entry["type"]: entry["value"] for entry in definition["resourceRequirements"]}
            self.assertEqual(size, {"VCPU": "16", "MEMORY": "122880"})
            [queue] = stack.client("batch").describe_job_queues(jobQueues=[stack.resources["JobQueue"]])["jobQueues"]
            order = sorted(queue["computeEnvironmentOrder"], key=lambda entry: entry["order"])
            environments = {
                entry["computeEnvironmentArn"]: entry
                for entry in stack.client("batch").describe_compute_environments()["computeEnvironments"]}
            environments = [environments[entry["computeEnvironment"]] for entry in order]
            self.assertEqual([
                (entry["state"], entry["computeResources"]["type"], entry["computeResources"]["maxvCpus"])
                for entry in environments], [("DISABLED", "FARGATE_SPOT", 64), ("DISABLED", "FARGATE", 32)])
            [topic] = stack.client("sns").list_subscriptions()["Subscriptions"]
            self.assertEqual((topic["Protocol"], topic["Endpoint"]), ("email", "me@example.com"))

    def test_with_a_bucket_and_a_network_that_are_there(self):
        with Stack(network=True, BucketName="my-videos", BucketExists="true", AssignPublicIp="DISABLED") as stack:
            self.assertEqual(stack.status, "CREATE_COMPLETE")
            self.assertFalse({"Bucket", "Network", "SubnetA", "S3Endpoint"} & set(stack.resources))
            [compute] = stack.client("batch").describe_compute_environments()["computeEnvironments"]
            self.assertEqual(",".join(compute["computeResources"]["subnets"]), stack.parameters["SubnetIds"])
            self.assertEqual(compute["computeResources"]["securityGroupIds"], [stack.parameters["SecurityGroupIds"]])
            patterns = [json.loads(rule["EventPattern"]) for rule in stack.client("events").list_rules()["Rules"]]
            [pattern] = [pattern for pattern in patterns if pattern["source"] == ["aws.s3"]]
            self.assertEqual(pattern["detail"], {
                "bucket": {"name": ["my-videos"]}, "object": {"key": [{"prefix": "input/"}]}})
            network = stack.definition()["containerProperties"]["networkConfiguration"]
            self.assertEqual(network, {"assignPublicIp": "DISABLED"})


class Promises(unittest.TestCase):
    """What moto doesn't set, from the template that CloudFormation gets."""

    def test_uploads_reach_the_function_without_a_circle(self):
        resources = resolved()["Resources"]
        [bucket] = properties(resources, "AWS::S3::Bucket")
        [notification] = bucket["NotificationConfiguration"]["LambdaConfigurations"]
        self.assertEqual(notification["Event"], "s3:ObjectCreated:*")
        self.assertEqual(notification["Function"], {"Fn::GetAtt": ["TriggerFunction", "Arn"]})
        self.assertEqual(notification["Filter"]["S3Key"]["Rules"], [{"Name": "prefix", "Value": "input/"}])
        self.assertEqual(resources["Bucket"]["DependsOn"], ["BucketMayInvoke"])
        permission = resources["BucketMayInvoke"]["Properties"]
        self.assertEqual(permission["SourceArn"], f"arn:aws:s3:::{bucket['BucketName']}")
        self.assertEqual(permission["Principal"], "s3.amazonaws.com")
        self.assertEqual(permission["SourceAccount"], ACCOUNT)

        for name in resources:
            self.assertNotIn(name, needs(resources, name), "a circle")

    def test_the_bucket(self):
        resources = resolved()["Resources"]
        [bucket] = properties(resources, "AWS::S3::Bucket")
        # A creation that is rolled back leaves no bucket, whose name the next creation would need.
        self.assertEqual(resources["Bucket"]["DeletionPolicy"], "RetainExceptOnCreate")
        self.assertEqual(resources["Bucket"]["UpdateReplacePolicy"], "Retain")
        access = bucket["PublicAccessBlockConfiguration"]
        self.assertEqual(len(access), 4)
        self.assertTrue(all(access.values()))
        [policy] = properties(resources, "AWS::S3::BucketPolicy")
        [statement] = policy["PolicyDocument"]["Statement"]
        self.assertEqual((statement["Effect"], statement["Principal"], statement["Action"]), ("Deny", "*", "s3:*"))
        self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}})

    def test_the_function_is_repeated_and_then_kept(self):
        resources = resolved()["Resources"]
        [settings] = properties(resources, "AWS::Lambda::EventInvokeConfig")
        self.assertEqual(settings["MaximumRetryAttempts"], 2)
        self.assertEqual(settings["DestinationConfig"]["OnFailure"]["Destination"], {
            "Fn::GetAtt": ["FailedEvents", "Arn"]})
        self.assertTrue(resources["FailedEvents"]["Properties"]["SqsManagedSseEnabled"])
        [function] = properties(resources, "AWS::Lambda::Function")
        self.assertNotIn("ReservedConcurrentExecutions", function)
        [function] = properties(resolved(ReservedConcurrency="5")["Resources"], "AWS::Lambda::Function")
        self.assertEqual(function["ReservedConcurrentExecutions"], "5")

    def test_every_size_is_one_of_fargates(self):
        sizes = source()["Mappings"]["WorkerSize"]
        self.assertEqual(source()["Parameters"]["WorkerSize"]["AllowedValues"], list(sizes))
        for name, size in sizes.items():
            with self.subTest(name):
                vcpus, gigabytes = int(size["Vcpus"]), int(size["MiB"]) // 1024
                self.assertEqual(name, f"{vcpus}vcpu-{gigabytes}gb")
                self.assertIn(gigabytes, FARGATE[vcpus])

    def test_no_nat_gateway_and_a_free_way_to_s3(self):
        resources = resolved()["Resources"]
        self.assertFalse(properties(resources, "AWS::EC2::NatGateway"))
        [endpoint] = properties(resources, "AWS::EC2::VPCEndpoint")
        self.assertEqual(endpoint["VpcEndpointType"], "Gateway")
        [group] = properties(resources, "AWS::EC2::SecurityGroup")
        self.assertNotIn("SecurityGroupIngress", group)
        self.assertEqual([rule["ToPort"] for rule in group["SecurityGroupEgress"]], [443])

    def test_an_update_leaves_the_functions_definition_usable(self):
        definition = resolved()["Resources"]["JobDefinition"]["Properties"]
        self.assertEqual(definition["ResourceRetentionPolicy"], {"SkipDeregisterOnUpdate": True})

    def test_the_worker_knows_when_its_attempt_ends(self):
        for timeout, entry in source()["Mappings"]["JobTimeout"].items():
            definition = resolved(JobTimeout=timeout)["Resources"]["JobDefinition"]["Properties"]
            environment = {entry["Name"]: entry["Value"] for entry in definition["ContainerProperties"]["Environment"]}
            self.assertEqual(environment["REELPRESS_TIMEOUT"], definition["Timeout"]["AttemptDurationSeconds"])
            self.assertEqual(int(entry["Seconds"]), int(timeout.removesuffix("h")) * 3600)

    def test_jobs_have_a_network_from_first_to_last(self):
        """What a compute environment needs is created before it and removed after it."""
        for region, subnets in (("eu-central-1", 3), ("us-west-1", 2)):
            resources = resolve(template(), {"WorkerImage": IMAGE}, PSEUDO | {"AWS::Region": region})["Resources"]
            associations = [name for name in resources if name.endswith("Routes") and name != "Routes"]
            self.assertEqual(len(associations), subnets)
            self.assertEqual(len(resources["Spot"]["Properties"]["ComputeResources"]["Subnets"]), subnets)
            for needed in (*associations, "DefaultRoute", "GatewayAttachment", "S3Endpoint"):
                with self.subTest(region, needed=needed):
                    self.assertIn(needed, needs(resources, "Spot"))

    def test_a_job_that_cannot_be_placed_makes_way(self):
        def reasons(**parameters):
            resources = resolved(**parameters)["Resources"]
            [actions, others] = [
                resources[name]["Properties"]["JobStateTimeLimitActions"] for name in ("JobQueue", "HelperQueue")]
            self.assertEqual(actions, others)
            return [action["Reason"] for action in actions]

        self.assertEqual(reasons(), [
            "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"])
        # Environments that are disabled might look like ones without resources.
        self.assertEqual(reasons(Paused="true"), ["MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"])

    def test_settings_are_the_workers(self):
        """Every variable that a definition sets is in README's table, or in that of a job's own variables."""
        pages = (ROOT / "README.md").read_text() + (ROOT / "docs" / "worker.md").read_text()
        for name in ("JobDefinition", "HelperDefinition"):
            container = resolved(**EVERYTHING)["Resources"][name]["Properties"]["ContainerProperties"]
            for entry in container["Environment"]:
                with self.subTest(entry["Name"]):
                    self.assertIn(f"`{entry['Name']}`", pages)
