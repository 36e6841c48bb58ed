"""The Lambda function beside peers: process start to the first request for an event, peak memory by then, size of the zip,
and the time from a warm event to the SubmitJob request that it causes (or, for a peer without one, to its response).

usage: lambda.py ZIP [NAME=PROGRAM[,ZIP] …]      LAMBDA_STARTS=50 LAMBDA_EVENTS=200

ZIP is ours, as `make package` leaves it; it runs as Lambda runs it, by its `bootstrap`, whose first line names another
folder here. A peer is a built program with a handler of its own; where its zip is given, its size is shown. A peer in
Python with boto3 is written by this script.
"""
import json
import os
import pathlib
import socket
import statistics
import sys
import tempfile
import threading
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
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


class Server:
    """One connection at a time is served well enough here; `on_request` is called with the request's first line and the time
    at which its first bytes came, and returns the answer."""

    def __init__(self, on_request):
        self.on_request = on_request
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = self.receive(client)
                if not more:
                    return
                if not data:
                    came = time.perf_counter()
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            lower = head.lower()
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower else 0
            if b"expect: 100" in lower:
                client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            chunked = b"transfer-encoding: chunked" in lower
            while len(data) < length or (chunked and not data.endswith(b"0\r\n\r\n")):
                data += self.receive(client)
            data = b"" if chunked else data[length:]
            line = head.split(b"\r\n")[0].decode()
            answer = self.on_request(line, came)
            if answer is None:
                return
            try:
                client.sendall(answer)
            except OSError:
                return

    @staticmethod
    def receive(client):
        try:
            return client.recv(1 << 20)
        except OSError:
            return b""


def response(body, status="200 OK", *headers):
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


class Run:
    """One process of a function, from its start to its end."""

    def __init__(self, command, events):
        self.events, self.started, self.handed, self.warm = events, None, 0.0, []
        self.spawned, self.first, self.over = threading.Event(), threading.Event(), threading.Event()
        self.submitted = False
        self.rss = 0
        api, batch = Server(self.on_api), Server(self.on_batch)
        # At the start nobody answers for Batch, so that no other program's time is measured.
        origin = f"http://{batch.address}" if events else "http://127.0.0.1:1"
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
        for server in (api, batch):
            server.socket.shutdown(socket.SHUT_RDWR)
            server.socket.close()

    def end(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)

    def on_api(self, line, came):
        if not line.startswith("GET"):
            if not self.submitted:
                self.warm.append(came - self.handed)
            return response(b"{}", "202 Accepted")
        if not self.first.is_set():
            self.started = came
            self.spawned.wait()
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
            self.rss = int(status.split("VmHWM:")[1].split()[0]) / 1024
            self.first.set()
        if len(self.warm) >= self.events:
            self.over.set()
            time.sleep(60)
            return None
        deadline = int((time.time() + 60) * 1000)
        answer = response(
            EVENT, "200 OK", "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            f"Lambda-Runtime-Deadline-Ms: {deadline}", "Content-Type: application/json",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:trigger",
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
        self.submitted = False
        self.handed = time.perf_counter()
        return answer

    def on_batch(self, line, came):
        if line.startswith("POST /v1/listjobs"):
            return response(b'{"jobSummaryList":[]}', "200 OK", "Content-Type: application/json")
        if line.startswith("POST"):
            self.submitted = True
            self.warm.append(came - self.handed)
        body = json.dumps({"jobId": "j", "jobName": "n", "jobArn": "arn:aws:batch:us-east-1:123456789012:job/j"})
        return response(body.encode(), "200 OK", "Content-Type: application/json")


def main():
    with tempfile.TemporaryDirectory() as folder:
        ours = pathlib.Path(folder, "ours")
        with zipfile.ZipFile(sys.argv[1]) as archive:
            for entry in archive.infolist():
                archive.extract(entry, ours)
                os.chmod(ours / entry.filename, entry.external_attr >> 16 & 0o777 or 0o644)
        bootstrap = ours / "bootstrap"
        bootstrap.write_text(bootstrap.read_text().replace("#!/var/task/", f"#!{ours}/", 1))
        script = pathlib.Path(folder, "python.py")
        script.write_text(PYTHON)
        python = ROOT / ".venv" / "bin" / "python"
        peers = {"ours": ([str(ours / "bootstrap")], sys.argv[1])}
        for word in sys.argv[2:]:
            name, _, place = word.partition("=")
            program, _, archive = place.partition(",")
            peers[name] = ([program], archive)
        peers["Python, boto3"] = ([str(python), str(script)], "")
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
