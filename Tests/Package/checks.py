"""What the tests of what is shipped share: a check that ends the run where it fails, and servers' ports."""
import contextlib
import socket
import sys
import time

passed = 0


def check(what, holds, details=""):
    global passed
    if not holds:
        sys.exit(f"failed: {what}: {details}")
    passed += 1
    print(f"  {what}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    sys.exit(f"nobody listens on {port}")
