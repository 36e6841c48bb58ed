"""Parameters that can't work together are refused before anything is created."""
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
        self.assertEqual(resources["JobQueue"]["Properties"]["State"], "ENABLED")
        self.assertNotIn("ReservedConcurrentExecutions", resources["TriggerFunction"]["Properties"])
        self.assertEqual(resources["BlockedQueue"]["Properties"]["State"], "DISABLED")
        self.assertEqual(resources["FailedJobs"]["Properties"].get("State", "ENABLED"), "ENABLED")

    def test_not_by_default(self):
        resources = self.resources(OnDemandVcpus="4")
        for name in ("Spot", "OnDemand", "BlockedQueue"):
            self.assertEqual(resources[name]["Properties"]["State"], "ENABLED")


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
        known = set(source()["Parameters"])
        for path in [ROOT / "README.md", *pathlib.Path(ROOT, "docs").glob("*.md")]:
            for name in re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)=", path.read_text()):
                with self.subTest(page=path.name, name=name):
                    self.assertTrue(name in known)
