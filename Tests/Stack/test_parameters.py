"""Parameters that can't work together are refused before anything is created."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

from translated import IMAGE, PSEUDO, ROOT, resolve, source

SIZES = source()["Mappings"]["WorkerSize"]


def refusal(**parameters):
    """Why CloudFormation refuses these parameters, None if it doesn't."""
    try:
        resolve(source(), {"WorkerImage": IMAGE} | parameters, PSEUDO)
    except ValueError as error:
        return str(error)
    return None


class Rules(unittest.TestCase):
    def test_the_defaults_are_accepted(self):
        self.assertIsNone(refusal())

    def test_pairs(self):
        for parameters, reason in [
            ({"BucketExists": "true"}, "BucketExists is true: set BucketName to the name of the bucket"),
            ({"SubnetIds": "subnet-1,subnet-2"}, "SubnetIds is set: set SecurityGroupIds, too"),
            ({"SecurityGroupIds": "sg-1"}, "SecurityGroupIds is set: set SubnetIds, too"),
            ({"MonthlyBudget": "50"}, "MonthlyBudget is set: set NotifyEmail, too"),
            ({"EncodedSources": "STANDARD_IA", "EncodedSourcesDays": "29"},
             "EncodedSources=STANDARD_IA: EncodedSourcesDays must be at least 30"),
        ]:
            with self.subTest(parameters):
                self.assertEqual(refusal(**parameters), reason)
        for parameters in [
            {"BucketExists": "true", "BucketName": "my-videos"},
            {"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"},
            {"MonthlyBudget": "50", "NotifyEmail": "me@example.com"},
            {"EncodedSources": "STANDARD_IA", "EncodedSourcesDays": "30"},
            {"EncodedSources": "expire", "EncodedSourcesDays": "1"},
        ]:
            with self.subTest(parameters):
                self.assertIsNone(refusal(**parameters))

    def test_the_crf_is_searched_or_from_23_to_28(self):
        pattern = re.compile(source()["Parameters"]["Crf"]["AllowedPattern"])
        for value in ("auto", "23", "25.5", "27.75", "28", "28.0"):
            with self.subTest(value):
                self.assertTrue(pattern.search(value))
        for value in ("22", "28.5", "29", "automatic", "24x", ""):
            with self.subTest(value):
                self.assertFalse(pattern.search(value))

    def test_a_function_that_may_not_run_is_refused(self):
        """Lambda sends the events of such a function to the failure destination, without a retry: "Asynchronous
        invocation", AWS Lambda Developer Guide."""
        self.assertIn("use Paused=true", refusal(ReservedConcurrency="0"))
        self.assertIsNone(refusal(ReservedConcurrency="1"))

    def test_a_job_fits_into_its_compute_environments(self):
        for size, entry in SIZES.items():
            vcpus = int(entry["Vcpus"])
            for limit in range(1, 18):
                with self.subTest(size, limit=limit):
                    fits = limit >= vcpus
                    self.assertEqual(refusal(WorkerSize=size, MaxVcpus=limit) is None, fits)
                    self.assertEqual(refusal(WorkerSize=size, OnDemandVcpus=limit) is None, fits)
            self.assertIsNone(refusal(WorkerSize=size, OnDemandVcpus=0))

    def test_the_local_pipeline_has_them_too(self):
        run = subprocess.run(
            [sys.executable, ROOT / "scripts" / "local", "--function", __file__, "--worker", __file__, "--set",
             "ReservedConcurrency=0"], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ReservedConcurrency 0", run.stderr)


class Paused(unittest.TestCase):
    """Compute environments that are disabled: "Jobs in a STARTING or RUNNING state continue to progress normally",
    UpdateComputeEnvironment, AWS Batch API Reference."""

    def resources(self, **parameters):
        return resolve(source(), {"WorkerImage": IMAGE} | parameters, PSEUDO)["Resources"]

    def test_jobs_are_accepted_and_wait(self):
        resources = self.resources(Paused="true", OnDemandVcpus="4", NotifyEmail="me@example.com")
        for name in ("Spot", "OnDemand"):
            self.assertEqual(resources[name]["Properties"]["State"], "DISABLED")
        # A queue that is disabled accepts no jobs.
        for name in ("JobQueue", "HelperQueue"):
            self.assertEqual(resources[name]["Properties"]["State"], "ENABLED")
        self.assertNotIn("ReservedConcurrentExecutions", resources["TriggerFunction"]["Properties"])
        self.assertEqual(resources["BlockedQueue"]["Properties"]["State"], "DISABLED")
        self.assertEqual(resources["FailedJobs"]["Properties"].get("State", "ENABLED"), "ENABLED")

    def test_not_by_default(self):
        resources = self.resources(OnDemandVcpus="4")
        for name in ("Spot", "OnDemand", "BlockedQueue"):
            self.assertEqual(resources[name]["Properties"]["State"], "ENABLED")


class Helpers(unittest.TestCase):
    def resources(self, **parameters):
        return resolve(source(), {"WorkerImage": IMAGE} | parameters, PSEUDO)["Resources"]

    def environment(self, resources, name="JobDefinition"):
        container = resources[name]["Properties"]["ContainerProperties"]
        return {entry["Name"]: entry["Value"] for entry in container["Environment"]}

    def test_the_job_of_a_video_can_submit_them(self):
        environment = self.environment(self.resources(Helpers="3"))
        self.assertEqual({name: value for name, value in environment.items() if "HELPER" in name}, {
            "REELPRESS_HELPERS": "3", "REELPRESS_HELPER_QUEUE": {"Ref": "HelperQueue"},
            "REELPRESS_HELPER_DEFINITION": {"Ref": "HelperDefinition"}})

    def test_none(self):
        """No queue, no definition, no role, no permission, no variable."""
        self.assertIsNone(refusal(Helpers="0"))
        text = json.dumps(self.resources(Helpers="0"))
        for word in ("Helper", "HELPER", "-helper", "batch:CancelJob", "reelpress:lead"):
            self.assertNotIn(word, text)
        self.assertNotIn("HelperQueue", resolve(source(), {"WorkerImage": IMAGE, "Helpers": "0"}, PSEUDO)["Outputs"])
        self.assertIn("HelperQueue", resolve(source(), {"WorkerImage": IMAGE}, PSEUDO)["Outputs"])

    def test_jobs_of_videos_are_started_first(self):
        """"A job queue with a priority value of 10 is given scheduling preference over a job queue with a priority value
        of 1", for queues with the same compute environment: CreateJobQueue, AWS Batch API Reference."""
        resources = self.resources(OnDemandVcpus="4")
        queue, helpers = (resources[name]["Properties"] for name in ("JobQueue", "HelperQueue"))
        self.assertGreater(queue["Priority"], helpers["Priority"])
        self.assertEqual(
            [entry["ComputeEnvironment"] for entry in queue["ComputeEnvironmentOrder"]],
            [{"Ref": "Spot"}, {"Ref": "OnDemand"}])
        # More tasks for one video never cost the on-demand price.
        self.assertEqual([entry["ComputeEnvironment"] for entry in helpers["ComputeEnvironmentOrder"]], [{"Ref": "Spot"}])

    def test_they_run_as_the_job_does(self):
        """The same task, besides the role, the settings and the name of the log."""
        resources = self.resources(WorkerSize="8vcpu-32gb", WorkerArchitecture="ARM64", AssignPublicIp="DISABLED")
        job, helper = (resources[name]["Properties"] for name in ("JobDefinition", "HelperDefinition"))
        for key in ("Type", "PlatformCapabilities", "PropagateTags", "ResourceRetentionPolicy", "Timeout"):
            self.assertEqual(job[key], helper[key])
        job, helper = (definition["ContainerProperties"] for definition in (job, helper))
        self.assertEqual(set(job), set(helper))
        self.assertEqual(
            {key for key in job if job[key] != helper[key]}, {"JobRoleArn", "LogConfiguration", "Environment"})
        # Its settings are in the plan; with a queue it would submit helpers of its own.
        self.assertEqual(self.environment(resources, "HelperDefinition"), {"REELPRESS_LOG": "quiet"})


class OnDemand(unittest.TestCase):
    def test_it_has_its_own_limit(self):
        def limits(**parameters):
            resources = resolve(source(), {"WorkerImage": IMAGE} | parameters, PSEUDO)["Resources"]
            computes = [
                resource["Properties"]["ComputeResources"] for resource in resources.values()
                if resource["Type"] == "AWS::Batch::ComputeEnvironment"]
            return {compute["Type"]: compute["MaxvCpus"] for compute in computes}

        self.assertEqual(limits(), {"FARGATE_SPOT": "16"})
        self.assertEqual(limits(OnDemandVcpus="4"), {"FARGATE_SPOT": "16", "FARGATE": "4"})


class Interface(unittest.TestCase):
    def test_every_parameter_is_in_a_group(self):
        groups = source()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        self.assertCountEqual([name for group in groups for name in group["Parameters"]], source()["Parameters"])

    def test_every_parameter_that_is_named_somewhere_exists(self):
        """In commands, as NAME=VALUE."""
        systemd = {"ExecStart", "SuccessExitStatus"}
        known = set(source()["Parameters"]) | systemd
        for path in [ROOT / "README.md", *pathlib.Path(ROOT, "docs").glob("*.md")]:
            for name in re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)=", path.read_text()):
                with self.subTest(page=path.name, name=name):
                    self.assertTrue(name in known)
