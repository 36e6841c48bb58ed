"""Read and write of one object over loopback against `rclone serve s3`: ours, the AWS CLI and awscrt's client alternately;
then the start of a static Swift program compared with curl_global_init. Prints medians and ratios.

usage: s3.py FOLDER_WITH_S3Bench_AND_StartBench [MiB] [rounds]
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

from harness.aws import Rclone  # noqa: E402
from harness.processes import ROOT, tool  # noqa: E402

BUILD = pathlib.Path(sys.argv[1]).resolve()
SIZE = int(sys.argv[2] if len(sys.argv) > 2 else 1024) << 20
ROUNDS = int(sys.argv[3] if len(sys.argv) > 3 else 3)
# awscrt's own client: through boto3 it can't reach an endpoint without TLS. A single PUT: awscrt can't read rclone's
# response to CreateMultipartUpload. What it receives is discarded, as by the others.
CRT = """
import os, sys
from urllib.parse import urlsplit
from awscrt.auth import AwsCredentialsProvider
from awscrt.http import HttpHeaders, HttpRequest
from awscrt.s3 import S3Client, S3RequestTlsMode, S3RequestType, create_default_s3_signing_config
region = os.environ["AWS_REGION"]
keys = AwsCredentialsProvider.new_static(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
client = S3Client(region=region, tls_mode=S3RequestTlsMode.DISABLED, multipart_upload_threshold=5 << 30,
                  signing_config=create_default_s3_signing_config(region=region, credential_provider=keys))
headers = HttpHeaders([("Host", urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc)])
if sys.argv[1] == "write":
    headers.add("Content-Length", str(os.path.getsize(sys.argv[2])))
    request = client.make_request(type=S3RequestType.PUT_OBJECT, send_filepath=sys.argv[2],
                                  request=HttpRequest("PUT", "/bucket/crt", headers))
else:
    request = client.make_request(type=S3RequestType.GET_OBJECT, on_body=lambda **_: None,
                                  request=HttpRequest("GET", "/bucket/source", headers))
request.finished_future.result()
"""


def run(command, env):
    """Seconds, CPU seconds and peak RSS in MiB of one process with its children."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # A peer that hangs counts as failed.
    guard = threading.Timer(120, process.kill)
    guard.start()
    _, status, usage = os.wait4(process.pid, 0)
    guard.cancel()
    if status:
        return None
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, peers, env, rounds):
    results = {name: [] for name in peers}
    for _ in range(rounds):
        for name, command in peers.items():
            results[name].append(run(command, env))
    print(title)
    failed = [name for name, runs in results.items() if None in runs]
    if next(iter(peers)) in failed:
        sys.exit("  ours failed")
    for name in failed:
        print(f"  {name:10} failed {results[name].count(None)} of {rounds} times: no figures")
    good = {name: runs for name, runs in results.items() if name not in failed}
    ours = next(iter(good.values()))
    for name, runs in good.items():
        seconds, cpu, rss = (statistics.median(column) for column in zip(*runs))
        # Pair by pair: the machine isn't the same from minute to minute.
        time_ratio, cpu_ratio = (
            statistics.median(one[index] / max(other[index], 1e-6) for one, other in zip(ours, runs)) for index in (0, 1))
        print(f"  {name:10} {seconds:8.4f} s  {cpu:7.4f} s CPU  {rss:6.1f} MiB   time ours/theirs {time_ratio:.2f}"
              f"  CPU ours/theirs {cpu_ratio:.2f}")


with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
    served = pathlib.Path(folder, "served", "bucket")
    served.mkdir(parents=True)
    local = pathlib.Path(folder, "local")
    block = bytes(range(256)) * 4096
    for path in (served / "source", local):
        with open(path, "wb") as file:
            for _ in range(SIZE >> 20):
                file.write(block)
    with Rclone(served.parent) as server:
        env = os.environ | server.environment
        ours, aws, python = str(BUILD / "S3Bench"), tool("aws"), tool("python3")
        compare(f"read {SIZE >> 20} MiB", {
            "ours": [ours, "read", "bucket", "source"],
            "aws s3 cp": [aws, "s3", "cp", "--quiet", "s3://bucket/source", "/dev/null"],
            "awscrt": [python, "-c", CRT, "read"]}, env, ROUNDS)
        compare(f"write {SIZE >> 20} MiB", {
            "ours": [ours, "write", "bucket", "ours", str(SIZE)],
            "aws s3 cp": [aws, "s3", "cp", "--quiet", str(local), "s3://bucket/cli"],
            "awscrt": [python, "-c", CRT, "write", str(local)]}, env, ROUNDS)
    start = pathlib.Path(folder, "start")
    subprocess.run(["cc", "-O2", str(ROOT / "Benchmarks" / "start.c"), "-lcurl", "-o", str(start)], check=True)
    compare("start and first signed request", {"ours": [str(BUILD / "StartBench")], "curl init": [str(start)]},
            os.environ, 40)
