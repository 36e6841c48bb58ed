"""Programs: where they are, and starting ones that end with us, however we end."""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def tool(name):
    """The path of a program: of the Python environment that runs us, of .venv, or on the PATH."""
    for folder in (pathlib.Path(sys.prefix), ROOT / ".venv"):
        path = folder / "bin" / name
        if path.exists():
            return str(path)
    return shutil.which(name) or sys.exit(f"{name} is missing: run `make setup`")


def start(command, environment=None, output=subprocess.DEVNULL, error=None):
    """Starts a program in a process group of its own; it is killed if this thread's process dies."""
    parent = os.getpid()

    def prepare():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    # A terminal's Ctrl-C is for us: we end the others in their order.
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=error, start_new_session=True,
        preexec_fn=prepare)


def end(process, patience=10):
    """SIGTERM, and SIGKILL for the whole group after `patience` seconds. Returns the exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return process.wait()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port, process, what, seconds=30):
    """Waits until something listens on a port; RuntimeError where the process ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode} before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{what} does not listen after {seconds} s")
