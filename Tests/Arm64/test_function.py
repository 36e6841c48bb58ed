"""The Lambda function for arm64, under emulation. scripts/debian/arm64.sh starts it."""

import subprocess
import unittest

from programs import ARM64_BUILD, EMULATION, ROOT

from harness.function import Function
from harness.server import Server, batch


class FunctionTest(unittest.TestCase):
    def test_it_submits_a_job_for_an_event_of_the_emulator(self):
        requests = []

        def answer(request):
            requests.append(request)
            return batch(request)

        server = Server(answer)
        self.addCleanup(server.close)
        function = Function(ARM64_BUILD / "TriggerFunction", {
            "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
            "JOB_QUEUE": "encode", "JOB_DEFINITION": "worker", "AWS_ENDPOINT_URL_BATCH": f"http://{server.address}",
        } | EMULATION, 60)
        self.addCleanup(function.close)
        for _ in range(2):
            answer = function.invoke((ROOT / "events/s3-put.json").read_bytes())
            self.assertEqual(answer["records"][0]["jobId"], "job")
        submitted = [request for request in requests if request.path == "/v1/submitjob"]
        self.assertEqual(len(submitted), 2)
        self.assertIn("AWS4-HMAC-SHA256", submitted[0].headers["authorization"])

    def test_without_lambda_it_says_so(self):
        done = subprocess.run([ARM64_BUILD / "TriggerFunction"], capture_output=True, text=True, env={"PATH": "/usr/bin"} | EMULATION)
        self.assertEqual(done.returncode, 1)
        self.assertIn("AWS_LAMBDA_RUNTIME_API", done.stderr)


if __name__ == "__main__":
    unittest.main()
