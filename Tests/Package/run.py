"""Drives the packed function where nothing is but what the zip brings: `run.py ZIP [ROOT …]`, as root.

In an empty root folder with a static busybox `sh`, and in each ROOT (a Debian 11, say): under AWS's emulator with Batch on
moto; then against an HTTPS server of that name which AWS's own endpoint has, found by a name server and by /etc/hosts, with
the right certificate authority, none, and one among the certificates that the zip brings.
"""
import http.server
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile

import checks
from checks import check, free_port, wait_for
from endpoint import NameServer, certificates

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
TOOLS = REPOSITORY / ".venv" / "bin"
EMULATOR = REPOSITORY / ".venv" / "rie" / "aws-lambda-rie"
ENDPOINT = "batch.eu-central-1.amazonaws.com"
# An address of this machine that nobody else uses: for the name server and the HTTPS server on their own ports.
ADDRESS = "127.97.53.1"
SETTINGS = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token", "JOB_QUEUE": "encode", "JOB_DEFINITION": "worker", "PATH": "/usr/bin:/bin"}
CHROOT = shutil.which("chroot", path=os.environ["PATH"] + ":/usr/sbin")


def empty_root(folder):
    root = folder / "empty"
    (root / "bin").mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin" / "sh")
    subprocess.run([CHROOT, root, "/bin/sh", "-c", "exit 0"], check=True)
    return root


def install(archive, root):
    task = root / "var" / "task"
    shutil.rmtree(task, ignore_errors=True)
    with zipfile.ZipFile(archive) as zipped:
        for entry in zipped.infolist():
            os.chmod(zipped.extract(entry, task), entry.external_attr >> 16 & 0o777)
    (root / "etc").mkdir(exist_ok=True)


def emulated(root, folder):
    """Events through AWS's emulator; the jobs are looked up through boto3."""
    port, api, moto = free_port(), free_port(), free_port()
    wrapper = folder / "bootstrap"
    wrapper.write_text(f"#!/bin/sh\nexec {CHROOT} {root} /var/task/bootstrap\n")
    wrapper.chmod(0o755)
    server = subprocess.Popen([TOOLS / "moto_server", "-H", "127.0.0.1", "-p", str(moto)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    emulator = None
    batch = [TOOLS / "python", REPOSITORY / "Tests" / "TestSupport" / "batch.py", f"http://127.0.0.1:{moto}"]
    try:
        wait_for(moto)
        subprocess.run([*batch, "setup"], check=True)
        environment = SETTINGS | {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_BATCH": f"http://127.0.0.1:{moto}",
                                  "AWS_LAMBDA_FUNCTION_TIMEOUT": "20", "LAMBDA_TASK_ROOT": "/var/task"}
        emulator = subprocess.Popen(
            [EMULATOR, "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
             f"127.0.0.1:{api}", "--log-level", "error", wrapper, "handler"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(port)
        for name, submitted in [("s3-put", 1), ("s3-several", 2), ("s3-odd-keys", 6), ("s3-test", 0),
                                ("eventbridge-object-created", 1)]:
            event = (REPOSITORY / "events" / f"{name}.json").read_bytes()
            url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
            answer = json.load(urllib.request.urlopen(url, event))
            jobs = [record["jobId"] for record in answer["records"] if "jobId" in record]
            for job in jobs:
                described = json.loads(subprocess.run([*batch, "job", job], check=True, capture_output=True).stdout)
                assert any(variable["name"] == "S3_KEY" for variable in described["container"]["environment"])
            check(f"{name} under the emulator: {submitted} of {len(answer['records'])} records are jobs",
                  len(jobs) == submitted, answer)
    finally:
        for process in filter(None, (emulator, server)):
            process.kill()
            process.wait()


class Batch(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    requests = []

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.requests.append((self.command, self.path, self.headers.get("Host"), self.client_address[1]))
        body = b'{"jobSummaryList":[]}' if self.path == "/v1/listjobs" else b'{"jobId":"job","jobName":"name"}'
        self.send_response(200 if self.command == "POST" else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = answer

    def log_message(self, *_):
        pass


class RuntimeAPI(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    event, results, handed, over = b"", [], [], threading.Event()

    def do_GET(self):
        if self.handed:
            self.over.wait(30)
            return
        self.handed.append(1)
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 15000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:trigger")
        self.send_header("Content-Length", str(len(self.event)))
        self.end_headers()
        self.wfile.write(self.event)

    def do_POST(self):
        self.results.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.over.set()

    def log_message(self, *_):
        pass


def invoked(root, changes):
    """What the function says of one event, in this root."""
    RuntimeAPI.results, RuntimeAPI.handed, RuntimeAPI.over, Batch.requests = [], [], threading.Event(), []
    api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeAPI)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    environment = SETTINGS | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}", "LAMBDA_TASK_ROOT": "/var/task",
                              "AWS_MAX_ATTEMPTS": "1"} | changes
    function = subprocess.Popen([CHROOT, root, "/var/task/bootstrap"], env=environment, stderr=subprocess.PIPE)
    try:
        RuntimeAPI.over.wait(30)
    finally:
        function.send_signal(signal.SIGTERM)
        try:
            status = function.wait(5)
        except subprocess.TimeoutExpired:
            function.kill()
            status = function.wait()
        log = function.stderr.read().decode()
        function.stderr.close()
        api.shutdown()
        api.server_close()
    return RuntimeAPI.results, status, log


def over_tls(root, folder, names):
    RuntimeAPI.event = (REPOSITORY / "events" / "s3-put.json").read_bytes()
    authority = (folder / "ca.pem").read_text()
    (root / "var" / "authority.pem").write_text(authority)
    resolver, hosts = root / "etc" / "resolv.conf", root / "etc" / "hosts"
    trusted = {"SSL_CERT_FILE": "/var/authority.pem"}

    def submitted(outcome):
        results, status, _ = outcome
        return len(results) == 1 and results[0][0].endswith("/1/response") and '"jobId":"job"' in results[0][1] and status == 0

    hosts.unlink(missing_ok=True)
    resolver.write_text(f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
    names.names.clear()
    outcome = invoked(root, trusted)
    check("AWS's endpoint is found by a name server and trusted", submitted(outcome) and ENDPOINT in names.names, outcome)
    check("one connection serves start and job", len({port for *_, port in Batch.requests}) == 1
          and [method for method, *_ in Batch.requests] == ["HEAD", "POST", "POST"] and Batch.requests[0][2] == ENDPOINT,
          Batch.requests)

    results, status, log = invoked(root, {})
    check("a certificate of nobody known is refused, and that is said",
          status == 0 and len(results) == 1 and results[0][0].endswith("/1/error")
          and "certificate" in results[0][1] and not Batch.requests, (results, log))

    digest = subprocess.run(["openssl", "x509", "-in", folder / "ca.pem", "-noout", "-subject_hash"], check=True,
                            capture_output=True, text=True).stdout.strip()
    place = root / "var" / "task" / "certificates" / f"{digest}.0"
    place.write_text(authority)
    check("certificates beside the function are looked up", submitted(invoked(root, {})))
    place.unlink()

    resolver.write_text("nameserver 127.97.53.9\noptions timeout:1 attempts:1\n")
    hosts.write_text(f"{ADDRESS} {ENDPOINT}\n")
    (root / "etc" / "nsswitch.conf").write_text("hosts: files myhostname resolve [!UNAVAIL=return] dns\n")
    outcome = invoked(root, trusted)
    check("/etc/hosts is honoured, beside modules that are not there", submitted(outcome), outcome)
    hosts.unlink()
    results, status, log = invoked(root, trusted)
    check("a name server that is silent is an error in time", len(results) == 1 and results[0][0].endswith("/1/error")
          and "resolve" in results[0][1].lower(), (results, log))


def main():
    archive, roots = sys.argv[1], [pathlib.Path(path).resolve() for path in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certificates(folder, ENDPOINT)
        names = NameServer(ADDRESS)
        batch = http.server.ThreadingHTTPServer((ADDRESS, 443), Batch)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        batch.socket = context.wrap_socket(batch.socket, server_side=True)
        threading.Thread(target=batch.serve_forever, daemon=True).start()
        for root in [empty_root(folder), *roots]:
            print(f"in {root.name}")
            install(archive, root)
            emulated(root, folder)
            over_tls(root, folder, names)
    print(f"{checks.passed} passed, 0 failed")


main()
