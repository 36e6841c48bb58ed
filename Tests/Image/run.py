"""Drives the worker's image as Batch does, beside another build: `run.py IMAGE WORKER CLIPS_FOLDER`.

Real clips and a 4K one go through rclone's and moto's S3, once by the image (read-only root, no capabilities, its own
user) and once by WORKER; ffprobe and ffmpeg then hold the outputs against each other: streams, pictures and their times,
copied sound bit for bit, PSNR against the source within 0.05 dB. Before that the image's files are looked at, and whether
it finds and trusts a server of AWS's name. As root: that server has the ports 53 and 443.
"""
import contextlib
import hashlib
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "Tests" / "Package"))
import checks  # noqa: E402
from checks import check, free_port, wait_for  # noqa: E402
from endpoint import NameServer, certificates  # noqa: E402
IMAGE, WORKER, CLIPS = sys.argv[1:4]
ENGINE = subprocess.check_output([REPOSITORY / "scripts" / "image-engine.sh"], text=True).strip()
LOCKED = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "host"]
DECIBELS = 0.05
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDIMAGE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_BATCH_JOB_ID": "job"}
# An address of this machine that nobody else uses: for a name server and an HTTPS server on their own ports.
ADDRESS = "127.97.54.1"
ENDPOINT = "clips.s3.eu-central-1.amazonaws.com"


def tool(name):
    local = REPOSITORY / ".venv" / "bin" / name
    return str(local) if local.exists() else shutil.which(name) or sys.exit(f"{name} is not here: run make setup")


def output_of(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def files():
    """The image's files by their names, without what the engine adds for the container."""
    container = output_of(ENGINE, "create", IMAGE).strip()
    try:
        archive = subprocess.run([ENGINE, "export", container], check=True, capture_output=True).stdout
    finally:
        subprocess.run([ENGINE, "rm", container], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        return {member.name.lstrip("./"): (member, member.isfile() and members.extractfile(member).read())
                for member in members}


def look_at_files():
    found = files()
    programs = [name for name, (member, _) in found.items() if member.isfile() and member.mode & 0o111]
    check("the worker is the only program", programs == ["usr/bin/EncodeWorker"], programs)
    loose = [name for name, (member, _) in found.items() if member.mode & 0o6002 and not member.issym()
             and not re.match(r"(dev|proc|sys|run|tmp|etc/(hosts|hostname|resolv\.conf|mtab))(/|$)", name)]
    check("nothing can be written by everyone, nothing changes the user", not loose, loose)
    certificates = found["etc/ssl/certs/ca-certificates.crt"][1]
    check("certificates are there", certificates.count(b"BEGIN CERTIFICATE") > 100)
    program = found["usr/bin/EncodeWorker"][1]
    bill = json.loads(found["usr/share/sbom/reelpress.spdx.json"][1])
    main, *parts = bill["packages"]
    check("the SBOM is about this program", main["checksums"][0]["checksumValue"] == hashlib.sha256(program).hexdigest())
    versions = {part["name"]: part["versionInfo"] for part in parts}
    expected = {"ffmpeg", "x265", "dav1d", "curl", "openssl", "libc6-dev", "libstdc++-12-dev", "libc-ares-dev",
                "zlib1g-dev", "ca-certificates", "swift-runtime", "swift-argument-parser"}
    check(f"the SBOM names exact versions: {', '.join(f'{name} {versions[name]}' for name in sorted(versions))}",
          expected <= versions.keys()
          and all(re.fullmatch(r"(\d+:)?\d[\w.+~-]{3,}", version) for version in versions.values()), versions)
    licences = {name.split("/")[3] for name in found if re.match(r"usr/share/doc/.+/copyright$", name)}
    missing = {part["name"].replace("swift-runtime", "swift") for part in parts} - licences
    check("every part's licence is there", not missing, missing)
    labels = json.loads(output_of(ENGINE, "image", "inspect", IMAGE))[0]["Config"]["Labels"]
    wanted = ["title", "licenses", "revision", "version"]
    check("the labels say what it is", all(labels.get(f"org.opencontainers.image.{name}") for name in wanted), labels)


def sources(folder):
    """The real clips, and a second in 4K with sound, to be scaled down."""
    large = folder / "large.mp4"
    output_of("ffmpeg", "-v", "error", "-nostdin", "-t", "1", "-i", f"{CLIPS}/bigbuckbunny.mp4", "-vf",
              "scale=3840:2160:flags=lanczos", "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-c:a", "copy",
              large)
    clips = {f"input/preserve/{name}.mp4": pathlib.Path(CLIPS, f"{name}.mp4")
             for name in ("bikes", "carphone_pristine", "bigbuckbunny")}
    return clips | {"input/downscale/4K plain.mp4": large}


def streams(path):
    """What has to be equal: every stream's facts, the times of its packets, the bytes of copied ones."""
    probed = json.loads(output_of("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format",
                                  "-count_packets", path))
    varying = {"bit_rate", "extradata_size", "has_b_frames", "avg_frame_rate"}
    facts = [{key: value for key, value in stream.items() if key not in varying} for stream in probed["streams"]]
    for stream in facts:
        if stream["codec_type"] != "video":
            stream["sha"] = output_of("ffmpeg", "-v", "error", "-i", path, "-map", f"0:{stream['index']}", "-c", "copy",
                                      "-f", "hash", "-")
        times = output_of("ffprobe", "-v", "error", "-select_streams", stream["index"], "-show_entries", "packet=pts",
                          "-of", "csv=p=0", path)
        stream["times"] = sorted(int(line.strip(",")) for line in times.split())
        stream.pop("tags", None) if stream["codec_type"] == "video" else None
    return probed["format"]["format_name"], facts


def psnr(path, source):
    """Of all pictures' luma and chroma together, in dB, at the output's size."""
    stream = json.loads(output_of("ffprobe", "-v", "error", "-of", "json", "-select_streams", "v:0", "-show_entries",
                                  "stream=width,height", path))["streams"][0]
    graph = f"[1:v]scale={stream['width']}:{stream['height']}:flags=lanczos[source];[0:v][source]psnr"
    done = subprocess.run(["ffmpeg", "-nostdin", "-i", path, "-i", source, "-lavfi", graph, "-f", "null", "-"],
                          capture_output=True, text=True, check=True)
    return float(re.search(r"PSNR .*average:([0-9.]+|inf)", done.stderr).group(1))


def in_container(environment, *options):
    """Runs the job in a container; while it runs, the kernel tells what it may do."""
    variables = [argument for name in environment for argument in ("--env", name)]
    container = output_of_with(environment, ENGINE, "create", *LOCKED, *options, *variables, IMAGE).strip()
    try:
        subprocess.run([ENGINE, "start", container], check=True, capture_output=True)
        kernel = None
        process = int(output_of(ENGINE, "inspect", "--format", "{{.State.Pid}}", container))
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            status = pathlib.Path(f"/proc/{process}/status").read_text()
            mounts = pathlib.Path(f"/proc/{process}/mountinfo").read_text()
            kernel = (re.search(r"Uid:\t(\d+)", status).group(1), re.search(r"CapEff:\t(\w+)", status).group(1),
                      next(line.split()[5].split(",")[0] for line in mounts.splitlines() if line.split()[4] == "/"))
        code = int(output_of(ENGINE, "wait", container))
        logged = subprocess.run([ENGINE, "logs", container], capture_output=True, text=True)
        return code, logged.stdout + logged.stderr, kernel
    finally:
        subprocess.run([ENGINE, "rm", "--force", container], check=True, capture_output=True)


def output_of_with(environment, *command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True,
                          env=os.environ | environment).stdout


@contextlib.contextmanager
def served(name, folder):
    """An S3 server with the buckets image and development, as a boto3 client and its address."""
    import boto3

    port = free_port()
    root = folder / name
    root.mkdir()
    command = ([tool("moto_server"), "-H", "127.0.0.1", "-p", str(port)] if name == "moto" else
               [tool("rclone"), "serve", "s3", "--config", "/dev/null", "--auth-key", "AKIDIMAGE,secret", "--addr",
                f"127.0.0.1:{port}", str(root)])
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        address = f"http://127.0.0.1:{port}"
        client = boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="AKIDIMAGE",
                              aws_secret_access_key="secret")
        for bucket in ("image", "development"):
            client.create_bucket(Bucket=bucket)
        yield client, address
    finally:
        server.kill()
        server.wait()


def encode(client, address, clips, folder):
    for key, clip in clips.items():
        results = {}
        for bucket in ("image", "development"):
            client.upload_file(str(clip), bucket, key)
            environment = KEYS | {
                "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_S3": address, "S3_BUCKET": bucket, "S3_KEY": key,
                "REELPRESS_LARGER": "keep", "REELPRESS_SKIP_HEVC_BELOW": "0",
                "REELPRESS_PRESET": os.environ.get("REELPRESS_PRESET", "medium"),
            }
            if bucket == "image":
                code, logged, kernel = in_container(environment)
                if kernel:
                    check(f"{key}: runs as user 65532, without capabilities, on a read-only root",
                          kernel == ("65532", "0" * 16, "ro"), kernel)
            else:
                done = subprocess.run([WORKER], env=environment, capture_output=True, text=True)
                code, logged = done.returncode, done.stdout + done.stderr
            check(f"{key}: {bucket} ends with 0 and is silent", code == 0 and not logged, f"{code} {logged}")
            policy, name = key.split("/")[1:]
            stem = name.rsplit(".", 1)[0]
            path = folder / f"{bucket}.mp4"
            client.download_file(bucket, f"output/{policy}/{stem}.mp4", str(path))
            report = json.load(client.get_object(Bucket=bucket, Key=f"reports/{policy}/{name}.json")["Body"])
            check(f"{key}: {bucket} reports {report['frames']['written']} pictures", report["status"] == "done", report)
            results[bucket] = (streams(path), report["frames"], psnr(path, clip), path.stat().st_size)
        image, development = results["image"], results["development"]
        check(f"{key}: the same streams", image[0] == development[0], f"{image[0]}\n{development[0]}")
        check(f"{key}: the same pictures", image[1] == development[1], f"{image[1]} {development[1]}")
        difference = image[2] - development[2]
        check(f"{key}: PSNR {image[2]:.3f} dB, {difference:+.3f} dB beside {development[2]:.3f} dB; "
              f"{image[3]:,} bytes, {image[3] / development[3] - 1:+.1%}", abs(difference) <= DECIBELS)


class Refusing(http.server.BaseHTTPRequestHandler):
    """S3 as it answers a role without rights; keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    requests = []

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.requests.append((self.command, self.path, self.headers.get("Host"), self.headers.get("Authorization", "")))
        body = b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def log_message(self, *_):
        pass


def over_tls(folder):
    """AWS's own endpoint, by name and over TLS, under certificates that the image has or has not."""
    certificates(folder, ENDPOINT)
    names = NameServer(ADDRESS)
    server = http.server.ThreadingHTTPServer((ADDRESS, 443), Refusing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "resolv.conf").write_text(f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
    (folder / "silent.conf").write_text("nameserver 127.97.54.9\noptions timeout:1 attempts:1\n")
    (folder / "hosts").write_text(f"{ADDRESS} {ENDPOINT}\n")
    folder.chmod(0o755)

    def job(resolver, *mounts):
        Refusing.requests = []
        volumes = [word for file, place in [(resolver, "/etc/resolv.conf"), *mounts]
                   for word in ("--volume", f"{folder / file}:{place}:ro")]
        environment = KEYS | {"AWS_REGION": "eu-central-1", "S3_BUCKET": "clips", "S3_KEY": "input/preserve/a.mp4",
                              "AWS_MAX_ATTEMPTS": "1"}
        return in_container(environment, *volumes)

    authority = ("ca.pem", "/etc/ssl/certs/ca-certificates.crt")
    code, logged, _ = job("resolv.conf", authority)
    asked = [request for request in Refusing.requests if request[2] == ENDPOINT and "AWS4-HMAC-SHA256" in request[3]]
    check("S3 is found by a name server and trusted by the system's certificates",
          code == 10 and asked and ENDPOINT in names.names, (code, logged, Refusing.requests, names.names))
    code, logged, _ = job("resolv.conf")
    check("a server with a certificate of nobody known gets no request, and that is said",
          code == 20 and "certificate" in logged and not Refusing.requests, (code, logged, Refusing.requests))
    code, logged, _ = job("silent.conf", authority, ("hosts", "/etc/hosts"))
    check("/etc/hosts is honoured", code == 10 and Refusing.requests, (code, logged))
    code, logged, _ = job("silent.conf", authority)
    check("a name server that is silent is a passing failure", code == 20 and "resolve" in logged.lower(), (code, logged))
    server.shutdown()


def main():
    look_at_files()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        over_tls(folder)
        clips = sources(folder)
        for server in ("rclone", "moto"):
            print(f"{server}:")
            with served(server, folder) as (client, address):
                encode(client, address, clips, folder)
    print(f"{checks.passed} checks hold")


main()
