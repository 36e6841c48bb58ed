"""Compares the Lambda function with peers: process start to the first request for an event, peak memory by then, size of the zip,
and the time from a warm event to the SubmitJob request that it causes (or, for a peer without one, to its response).

usage: lambda.py ZIP [NAME=PROGRAM[,ZIP] …]      LAMBDA_STARTS=50 LAMBDA_EVENTS=200

ZIP is ours, as `make package` leaves it; it runs as Lambda runs it, by its `bootstrap`, whose first line names another
folder here. A peer is a built program with a handler of its own; where its zip is given, its size is shown. A peer in
Python with boto3 is written by this script.
"""
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

from harness.function import lay  # noqa: E402
from harness.processes import ROOT, tool  # noqa: E402
from harness.server import Server, batch, invocation, response  # noqa: E402

STARTS = int(os.environ.get("LAMBDA_STARTS", 50))
EVENTS = int(os.environ.get("LAMBDA_EVENTS", 200))
EVENT = (ROOT / "events" / "s3-put.json").read_bytes()
PYTHON = '''
import http.client, json, os, urllib.parse
import boto3
batch = boto3.client("batch")
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    jobs = []
    for record in event["Records"]:
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        job = batch.submit_job(jobName="job", jobQueue="queue", jobDefinition="definition", containerOverrides={
            "environment": [{"name": "S3_KEY", "value": key}]})
        jobs.append(job["jobId"])
    api.request("POST", f"/2018-06-01/runtime/invocation/{answer.headers['Lambda-Runtime-Aws-Request-Id']}/response",
                json.dumps(jobs))
    api.getresponse().read()
'''


class Run:
    """One process of a function, from its start to its end."""

    def __init__(self, command, events):
        self.events, self.started, self.handed, self.warm = events, None, 0.0, []
        self.spawned, self.first, self.over = threading.Event(), threading.Event(), threading.Event()
        self.submitted = False
        self.rss = 0
        api, server = Server(self.on_api), Server(self.on_batch)
        # At the start Batch doesn't answer, so that no other program's time is measured.
        origin = f"http://{server.address}" if events else "http://127.0.0.1:1"
        env = {
            "PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": api.address, "LAMBDA_TASK_ROOT": os.path.dirname(command[0]),
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token", "AWS_LAMBDA_FUNCTION_NAME": "trigger",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_FUNCTION_VERSION": "1", "_HANDLER": "handler",
            "AWS_ENDPOINT_URL_BATCH": origin, "JOB_QUEUE": "queue", "JOB_DEFINITION": "definition"}
        quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        start = time.perf_counter()
        self.pid = os.posix_spawn(command[0], command, env, file_actions=quiet)
        self.spawned.set()
        if not self.first.wait(20):
            self.end()
            raise SystemExit(f"{command}: no request for an event within 20 s")
        self.start = self.started - start
        if events and not self.over.wait(60):
            self.end()
            raise SystemExit(f"{command}: {len(self.warm)} of {events} events within 60 s")
        self.end()
        api.close()
        server.close()

    def end(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)

    def on_api(self, request):
        if request.method != "GET":
            if not self.submitted:
                self.warm.append(request.came - self.handed)
            return response(b"{}", "202 Accepted")
        if not self.first.is_set():
            self.started = request.came
            self.spawned.wait()
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
            self.rss = int(status.split("VmHWM:")[1].split()[0]) / 1024
            self.first.set()
        if len(self.warm) >= self.events:
            self.over.set()
            time.sleep(60)
            return None
        answer = invocation(EVENT)
        self.submitted = False
        self.handed = time.perf_counter()
        return answer

    def on_batch(self, request):
        if request.method == "POST" and request.path != "/v1/listjobs":
            self.submitted = True
            self.warm.append(request.came - self.handed)
        return batch(request)


def main():
    with tempfile.TemporaryDirectory() as folder:
        ours = lay(sys.argv[1], pathlib.Path(folder, "ours"))
        script = pathlib.Path(folder, "python.py")
        script.write_text(PYTHON)
        peers = {"ours": ([str(ours)], sys.argv[1])}
        for word in sys.argv[2:]:
            name, _, place = word.partition("=")
            program, _, archive = place.partition(",")
            peers[name] = ([program], archive)
        peers["Python, boto3"] = ([tool("python"), str(script)], "")
        starts, sizes = {name: [] for name in peers}, {}
        for number in range(STARTS):
            for name, (command, _) in peers.items():
                if name.startswith("Python") and number >= 10:
                    continue
                run = Run(command, 0)
                starts[name].append(run.start * 1000)
                sizes[name] = max(sizes.get(name, 0), run.rss)
        warm, kinds = {}, {}
        for _ in range(3):
            for name, (command, _) in peers.items():
                run = Run(command, EVENTS)
                warm.setdefault(name, []).extend(seconds * 1e6 for seconds in run.warm[EVENTS // 10:])
                kinds[name] = "SubmitJob" if run.submitted else "response"
        print(f"start to the first request for an event (median of {STARTS}, Python of 10), memory by then, zip, warm event "
              f"(median of {3 * (EVENTS - EVENTS // 10)})")
        first = statistics.median(starts["ours"])
        for name, (_, archive) in peers.items():
            start = statistics.median(starts[name])
            size = f"{os.path.getsize(archive) / 1e6:6.2f} MB zip" if archive else "             "
            print(f"  {name:24} {start:8.2f} ms  ours/theirs {first / start:5.2f}  {sizes[name]:6.1f} MiB  {size}  "
                  f"{statistics.median(warm[name]):7.0f} µs to {kinds[name]}")


main()
