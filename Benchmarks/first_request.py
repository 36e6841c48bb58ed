"""The time from the start of the worker, as a Batch job, to its first S3 request: several builds alternately. Prints medians.

usage: first_request.py ROUNDS WORKER…
"""
import os
import signal
import socket
import statistics
import sys
import time

ROUNDS, WORKERS = int(sys.argv[1]), sys.argv[2:]


def environment(port):
    return {
        "PATH": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
        "S3_BUCKET": "bucket", "S3_KEY": "input/preserve/clip.mp4", "AWS_BATCH_JOB_ID": "bench",
    }


def first_request(listener, worker, env):
    """Milliseconds until the head of the first request has come; then the worker is killed."""
    silence = [(os.POSIX_SPAWN_OPEN, descriptor, "/dev/null", os.O_RDWR, 0) for descriptor in (0, 1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(worker, [worker], env, file_actions=silence, setpgroup=0)
    try:
        head = b""
        while b"\r\n\r\n" not in head:
            connection, _ = listener.accept()
            connection.settimeout(5)
            # A connection that is opened early sends nothing at first.
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    break
                head += piece
        taken = (time.perf_counter() - start) * 1000
        assert b"AWS4-HMAC-SHA256" in head, head
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
    connection.close()
    return taken


def main():
    times = {worker: [] for worker in WORKERS}
    for turn in range(ROUNDS + 1):
        for worker in WORKERS:
            with socket.create_server(("127.0.0.1", 0)) as listener:
                listener.settimeout(10)
                taken = first_request(listener, worker, environment(listener.getsockname()[1]))
            if turn:  # the first one of each fills the page cache
                times[worker].append(taken)
    for worker, taken in times.items():
        taken.sort()
        print(
            f"{statistics.median(taken):7.1f} ms  ({taken[0]:.1f} to {taken[-1]:.1f}, quarter {taken[len(taken) // 4]:.1f})"
            f"  {os.path.getsize(worker) / 1e6:6.1f} MB  {worker}"
        )


main()
