"""Finds the functions that the Lambda function runs through when it starts and handles an event, for the linker to lay side
by side: fewer pages of the program are then read into memory. `function-order.py PROGRAM >scripts/function-order.txt`;
PROGRAM is the one that package.sh has built, with its symbols. Needs valgrind.

Names that a later build no longer has do no harm; what is new is laid behind the rest until this is run again.
"""
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

EVENT = pathlib.Path(__file__).resolve().parent.parent.joinpath("events", "s3-put.json").read_bytes()
HEADERS = "Lambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Trace-Id: Root=1\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n"
HEADERS += "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:trigger\r\n"


def response(status, body=b"", headers=""):
    return f"HTTP/1.1 {status} Status\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Server:
    """Answers requests on 127.0.0.1 with what a function returns for their head."""

    def __init__(self, answer):
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            threading.Thread(target=self.serve, args=self.socket.accept()[:1], daemon=True).start()

    def serve(self, client):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = client.recv(1 << 16)
                if not more:
                    return
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            while length and len(data) < int(length[1]):
                data += client.recv(1 << 16)
            data = b""
            client.sendall(self.answer(head))


def main():
    events = iter([EVENT, EVENT])

    def api(head):
        if not head.startswith(b"GET"):
            return response(202)
        event = next(events, None)
        if event is None:
            process.terminate()
        return response(200, event or b"{}", HEADERS)

    def batch(head):
        return response(403) if head.startswith(b"HEAD") else response(200, b'{"jobId":"j","jobName":"n"}')

    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder, "profile")
        environment = {
            "PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": Server(api).address, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            "AWS_ENDPOINT_URL_BATCH": f"http://{Server(batch).address}", "JOB_QUEUE": "queue",
            "JOB_DEFINITION": "definition", "SWIFT_BACKTRACE": "enable=no,swift-backtrace=/"}
        process = subprocess.Popen(
            ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={profile}", sys.argv[1]],
            env=environment)
        process.wait(120)
        names = re.findall(r"^c?fn=\(\d+\) (\S+?)(?:'\d+)?$", profile.read_text(), re.MULTILINE)
    print("\n".join(sorted(set(names))))


main()
