"""An HTTPS server that answers like S3 for one object whose bytes are all `x`.

    tls_server.py FILE SIZE        FILE: where the certificate of its authority goes; SIZE: the object's

It writes the address that it listens on.
"""
import pathlib
import sys
import tempfile
import threading

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))

from harness.server import Server, response  # noqa: E402
from harness.tls import certified  # noqa: E402

path, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])


def answer(request):
    if request.method == "HEAD":
        return response(b"x" * size, ETag='"e"')
    first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
    return response(
        b"x" * (last - first + 1), "206 Partial Content", ETag='"e"', Content_Range=f"bytes {first}-{last}/{size}")


with tempfile.TemporaryDirectory() as folder:
    context = certified(folder, "127.0.0.1")
    path.write_bytes(pathlib.Path(folder, "ca.pem").read_bytes())
server = Server(answer, context=context)
print(server.address, flush=True)
threading.Event().wait()
