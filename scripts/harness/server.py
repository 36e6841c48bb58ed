"""A small HTTP/1.1 server that sends the responses that a function returns; the Lambda Runtime API and Batch on it."""
import contextlib
import dataclasses
import socket
import threading
import time


@dataclasses.dataclass
class Request:
    """One request.

    - headers: by name in lower case.
    - port: of the client, so that connections can be counted.
    - came: when its first bytes came, by time.perf_counter().
    """

    method: str
    path: str
    headers: dict
    body: bytes
    port: int
    came: float


class Server:
    """Listens until `close`, each connection on a thread of its own.

    - answer: called with each Request; returns a `response`, or None to close the connection.
    - context: an ssl.SSLContext of a server over TLS.
    """

    def __init__(self, answer, address="127.0.0.1", port=0, context=None):
        self.answer, self.context = answer, context
        self.socket = socket.create_server((address, port))
        self.address = f"{address}:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        # `close` ends it with an error.
        with contextlib.suppress(OSError):
            while True:
                client, (_, port) = self.socket.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(client, port), daemon=True).start()

    def _serve(self, client, port):
        # A client may close the connection, or refuse our certificate, at any time.
        with contextlib.suppress(OSError):
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            with client:
                buffer = b""
                while taken := _request(client, port, buffer):
                    request, buffer = taken
                    answer = self.answer(request)
                    if answer is None:
                        return
                    client.sendall(answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else answer)

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def _request(client, port, data):
    """The next request on a connection and the bytes after it; None at the connection's end."""
    came = time.perf_counter()
    while b"\r\n\r\n" not in data:
        more = client.recv(1 << 16)
        if not more:
            return None
        if not data:
            came = time.perf_counter()
        data += more
    head, _, data = data.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    if headers.get("expect", "").lower() == "100-continue":
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    is_chunked = "chunked" in headers.get("transfer-encoding", "")
    length = int(headers.get("content-length", 0))
    while len(data) < length or is_chunked and not data.endswith(b"0\r\n\r\n"):
        more = client.recv(1 << 16)
        if not more:
            return None
        data += more
    if is_chunked:
        length = len(data)
    return Request(*line.split(" ")[:2], headers, data[:length], port, came), data[length:]


def response(body=b"", status="200 OK", **headers):
    """An answer with its length; of headers, underscores are written as hyphens."""
    fields = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", ""]).encode() + body


def batch(request):
    """AWS Batch's response to the function: to its first request, which opens the connection, to ListJobs or SubmitJob."""
    if request.method == "HEAD":
        return response(status="403 Forbidden")
    body = b'{"jobSummaryList":[]}' if request.path == "/v1/listjobs" else b'{"jobId":"job","jobName":"name"}'
    return response(body, Content_Type="application/json")


def invocation(event, seconds=60):
    """The Runtime API's answer that hands an event to a function, which has so many seconds for it.

    Source: AWS, "Using the Lambda runtime API for custom runtimes", Next invocation.
    """
    return response(
        event, Content_Type="application/json", Lambda_Runtime_Aws_Request_Id="8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        Lambda_Runtime_Deadline_Ms=int((time.time() + seconds) * 1000),
        Lambda_Runtime_Invoked_Function_Arn="arn:aws:lambda:us-east-1:123456789012:function:trigger",
        Lambda_Runtime_Trace_Id="Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")


class RuntimeAPI(Server):
    """The Lambda Runtime API with these events for one function.

    - results: of each POST, the path and the body.
    - over: set once the function asks for more events, or reports that it can't start.
    """

    def __init__(self, events, seconds=60):
        self.events, self.seconds = iter(events), seconds
        self.results, self.over, self.closed = [], threading.Event(), threading.Event()
        super().__init__(self._respond)

    def _respond(self, request):
        if request.method == "POST":
            self.results.append((request.path, request.body.decode()))
            if request.path.endswith("/init/error"):
                self.over.set()
            return response(status="202 Accepted")
        event = next(self.events, None)
        if event is not None:
            return invocation(event, self.seconds)
        self.over.set()
        self.closed.wait()
        return None

    def close(self):
        self.closed.set()
        super().close()
