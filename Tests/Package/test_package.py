"""Drives the packed function in root folders that hold nothing but the zip's content. As root.

In an empty root folder with a static busybox `sh`, and in OLD_ROOT (a Debian 11, say): under AWS's emulator with Batch on
moto; then against an HTTPS server with the name of AWS's own endpoint, found by a name server and by /etc/hosts, with the
right certificate authority, none, and one among the certificates in the zip.

    TRIGGER_ZIP=dist/trigger.zip OLD_ROOT=.build-roots/debian-11 .venv/bin/python -m unittest discover -s Tests/Package
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from harness import processes  # noqa: E402
from harness.aws import Moto  # noqa: E402
from harness.function import Emulator, unpack  # noqa: E402
from harness.processes import ROOT  # noqa: E402
from harness.server import RuntimeAPI, Server, batch  # noqa: E402
from harness.tls import NameServer, certified  # noqa: E402

ARCHIVE = os.environ.get("TRIGGER_ZIP", ROOT / "dist" / "trigger.zip")
ENDPOINT = "batch.eu-central-1.amazonaws.com"
# An address of this machine that nothing else uses: for the name server and the HTTPS server on their own ports.
ADDRESS = "127.97.53.1"
SETTINGS = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token", "JOB_QUEUE": "encode", "JOB_DEFINITION": "worker", "PATH": "/usr/bin:/bin",
            "LAMBDA_TASK_ROOT": "/var/task"}
CHROOT = shutil.which("chroot", path=os.environ["PATH"] + ":/usr/sbin")


def event(name):
    return (ROOT / "events" / f"{name}.json").read_bytes()


class Package(unittest.TestCase):
    """The function in an empty root folder."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.root = cls.make_root()
        cls.task = cls.root / "var" / "task"
        shutil.rmtree(cls.task, ignore_errors=True)
        unpack(ARCHIVE, cls.task)
        (cls.root / "etc").mkdir(exist_ok=True)
        cls.requests = []
        cls.names = cls.enterClassContext(contextlib.closing(NameServer(ADDRESS)))
        context = certified(cls.folder, ENDPOINT)
        cls.enterClassContext(contextlib.closing(Server(cls.respond, ADDRESS, 443, context)))
        cls.authority = (cls.folder / "ca.pem").read_text()
        (cls.root / "var" / "authority.pem").write_text(cls.authority)

    @classmethod
    def make_root(cls):
        root = cls.folder / "empty"
        (root / "bin").mkdir(parents=True)
        shutil.copy("/bin/busybox", root / "bin" / "sh")
        subprocess.run([CHROOT, root, "/bin/sh", "-c", "exit 0"], check=True)
        return root

    @classmethod
    def respond(cls, request):
        cls.requests.append(request)
        return batch(request)

    def lay(self, name, text):
        """A file below /etc of the root, for this test."""
        path = self.root / "etc" / name
        if path.exists():
            self.addCleanup(path.write_text, path.read_text())
        else:
            self.addCleanup(path.unlink)
        path.write_text(text)

    def invoke(self, **changes):
        """The function's POST requests for one event in this root, its exit code and its log."""
        self.requests.clear()
        self.names.names.clear()
        with contextlib.closing(RuntimeAPI([event("s3-put")], seconds=15)) as api:
            environment = SETTINGS | {"AWS_LAMBDA_RUNTIME_API": api.address, "AWS_MAX_ATTEMPTS": "1"} | changes
            with tempfile.TemporaryFile("w+") as log:
                function = processes.start([CHROOT, self.root, "/var/task/bootstrap"], environment, error=log)
                try:
                    api.over.wait(30)
                finally:
                    status = processes.end(function, patience=5)
                log.seek(0)
                return api.results, status, log.read()

    def assert_submitted(self, outcome):
        results, status, _ = outcome
        self.assertEqual((len(results), status), (1, 0), outcome)
        self.assertTrue(results[0][0].endswith("/response") and '"jobId":"job"' in results[0][1], outcome)

    def assert_refused(self, outcome, word):
        results, status, _ = outcome
        self.assertEqual((len(results), status), (1, 0), outcome)
        self.assertTrue(results[0][0].endswith("/error") and word in results[0][1].lower(), outcome)
        self.assertEqual(self.requests, [])

    def test_events_become_jobs_under_the_emulator(self):
        wrapper = self.folder / "bootstrap"
        wrapper.write_text(f"#!/bin/sh\nexec {CHROOT} {self.root} /var/task/bootstrap\n")
        wrapper.chmod(0o755)
        moto = self.enterContext(Moto())
        moto.job_queue("encode")
        moto.job_definition("worker")
        environment = SETTINGS | {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_BATCH": moto.origin}
        emulator = self.enterContext(contextlib.closing(Emulator(wrapper, environment, 20)))
        for name, submitted in [("s3-put", 1), ("s3-several", 2), ("s3-odd-keys", 6), ("s3-test", 0),
                                ("eventbridge-object-created", 1)]:
            with self.subTest(name):
                answer = emulator.invoke(event(name))
                jobs = [record["jobId"] for record in answer["records"] if "jobId" in record]
                self.assertEqual(len(jobs), submitted, json.dumps(answer))
                for job in moto.client("batch").describe_jobs(jobs=jobs)["jobs"] if jobs else []:
                    self.assertIn("S3_KEY", [variable["name"] for variable in job["container"]["environment"]])

    def test_a_name_server_leads_to_the_endpoint(self):
        self.lay("resolv.conf", f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
        self.assert_submitted(self.invoke(SSL_CERT_FILE="/var/authority.pem"))
        self.assertIn(ENDPOINT, self.names.names)
        # One connection serves start and job.
        self.assertEqual(len({request.port for request in self.requests}), 1)
        self.assertEqual([request.method for request in self.requests], ["HEAD", "POST", "POST"])
        self.assertEqual(self.requests[0].headers["host"], ENDPOINT)

    def test_an_unknown_authority_is_refused(self):
        self.lay("resolv.conf", f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
        self.assert_refused(self.invoke(), "certificate")

    def test_certificates_of_the_zip_are_looked_up(self):
        self.lay("resolv.conf", f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
        digest = subprocess.run(["openssl", "x509", "-in", self.folder / "ca.pem", "-noout", "-subject_hash"], check=True,
                                capture_output=True, text=True).stdout.strip()
        place = self.task / "certificates" / f"{digest}.0"
        place.write_text(self.authority)
        self.addCleanup(place.unlink)
        self.assert_submitted(self.invoke())

    def test_hosts_are_honoured_next_to_modules_that_are_missing(self):
        self.lay("resolv.conf", "nameserver 127.97.53.9\noptions timeout:1 attempts:1\n")
        self.lay("hosts", f"{ADDRESS} {ENDPOINT}\n")
        self.lay("nsswitch.conf", "hosts: files myhostname resolve [!UNAVAIL=return] dns\n")
        self.assert_submitted(self.invoke(SSL_CERT_FILE="/var/authority.pem"))

    def test_a_silent_name_server_is_an_error_in_time(self):
        self.lay("resolv.conf", "nameserver 127.97.53.9\noptions timeout:1 attempts:1\n")
        self.lay("nsswitch.conf", "hosts: files myhostname resolve [!UNAVAIL=return] dns\n")
        self.assert_refused(self.invoke(SSL_CERT_FILE="/var/authority.pem"), "resolve")


@unittest.skipUnless("OLD_ROOT" in os.environ, "OLD_ROOT is not set")
class OldRoot(Package):
    """The same on an older system."""

    @classmethod
    def make_root(cls):
        return pathlib.Path(os.environ["OLD_ROOT"]).resolve()


if __name__ == "__main__":
    unittest.main()
