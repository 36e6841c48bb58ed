"""botocore over HTTP: the tests read a bucket through an independent client without starting Python each time.

POST {"endpoint": …, "call": "head_object", "with": {…}, "nested": {…}, "file": …}: "nested" are further arguments; the file
has the request's body, or gets the response's. Responds with the call's result, its names in lower camel case, or with
{"error": code}. It writes the address that it listens on.
"""

import http.server
import json
import threading

import botocore.config
import botocore.exceptions
import botocore.session

clients, lock = {}, threading.Lock()
session = botocore.session.Session()


def client(endpoint):
    with lock:
        if endpoint not in clients:
            clients[endpoint] = session.create_client(
                "s3", "us-east-1", endpoint_url=endpoint, aws_access_key_id="AKIDTEST", aws_secret_access_key="secret",
                config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}),
            )  # fmt: skip
        return clients[endpoint]


def answer(order):
    call, arguments, file = order["call"], order["with"] | order["nested"], order.get("file")
    function = getattr(client(order["endpoint"]), call)
    try:
        if file and call in ("put_object", "upload_part"):
            with open(file, "rb") as body:
                return function(**arguments, Body=body)
        result = function(**arguments)
    except botocore.exceptions.ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    if file:
        with open(file, "wb") as target:
            for block in result.pop("Body").iter_chunks(1 << 20):
                target.write(block)
    return result


def camel(value):
    """Names as Swift has them: `ETag` is `eTag`."""
    if isinstance(value, dict):
        return {"kmsKeyId" if name == "SSEKMSKeyId" else name[:1].lower() + name[1:]: camel(item)
                for name, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(camel(answer(order)), default=str).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
