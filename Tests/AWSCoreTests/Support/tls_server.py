"""An HTTPS server that answers like S3 for one object whose bytes are all `x`.

    tls_server.py PORT FILE SIZE        FILE: where the certificate of its authority goes; SIZE: the object's
"""
import pathlib
import sys
import tempfile
import threading

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))

from harness.server import Server, response  # noqa: E402
from harness.tls import certified  # noqa: E402

port, path, size = int(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])


def answer(request):
    if request.method == "HEAD":
        return response(b"x" * size, ETag='"e"')
    first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
    return response(
        b"x" * (last - first + 1), "206 Partial Content", ETag='"e"', Content_Range=f"bytes {first}-{last}/{size}")


with tempfile.TemporaryDirectory() as folder:
    context = certified(folder, "127.0.0.1")
    path.write_bytes(pathlib.Path(folder, "ca.pem").read_bytes())
server = Server(answer, port=port, context=context)
threading.Event().wait()
