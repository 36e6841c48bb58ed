"""Drives the worker's image as Batch does, and compares it with another build. As root.

Real clips and a 4K one go through rclone's and moto's S3, once by the image (read-only root, no capabilities, its own
user) and once by REELPRESS_WORKER; ffprobe and ffmpeg then compare the outputs: streams, frames and their timestamps,
copied audio bit for bit, PSNR against the source within 0.05 dB. The image's files are looked at as well, and whether it
finds and trusts a server of AWS's name: that server has the ports 53 and 443.

    IMAGE=reelpress-worker .venv/bin/python -m unittest discover -s Tests/Image
"""
import contextlib
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from harness.aws import Moto, Rclone  # noqa: E402
from harness.processes import ROOT  # noqa: E402
from harness.server import Server, response  # noqa: E402
from harness.tls import NameServer, certified  # noqa: E402

IMAGE = os.environ.get("IMAGE", "reelpress-worker")
WORKER = os.environ.get("REELPRESS_WORKER", ROOT / ".build" / "release" / "EncodeWorker")
CLIPS = ROOT / ".venv" / "clips"
ENGINE = subprocess.check_output([ROOT / "scripts/image/engine.sh"], text=True).strip()
LOCKED = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "host"]
DECIBELS = 0.05
# An address of this machine that nothing else uses: for a name server and an HTTPS server on their own ports.
ADDRESS = "127.97.54.1"
ENDPOINT = "clips.s3.eu-central-1.amazonaws.com"


def output_of(*command, **environment):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True,
                          env=os.environ | environment).stdout


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


class Content(unittest.TestCase):
    """The image's files and labels."""

    @classmethod
    def setUpClass(cls):
        cls.files = files()
        cls.program = cls.files["usr/bin/EncodeWorker"][1]
        cls.bill = json.loads(cls.files["usr/share/sbom/reelpress.spdx.json"][1])["packages"]

    def test_the_worker_is_the_only_program(self):
        programs = [name for name, (member, _) in self.files.items() if member.isfile() and member.mode & 0o111]
        self.assertEqual(programs, ["usr/bin/EncodeWorker"])

    def test_nothing_can_be_written_by_everyone_nor_changes_the_user(self):
        loose = [name for name, (member, _) in self.files.items() if member.mode & 0o6002 and not member.issym()
                 and not re.match(r"(dev|proc|sys|run|tmp|etc/(hosts|hostname|resolv\.conf|mtab))(/|$)", name)]
        self.assertEqual(loose, [])

    def test_it_has_certificates(self):
        self.assertGreater(self.files["etc/ssl/certs/ca-certificates.crt"][1].count(b"BEGIN CERTIFICATE"), 100)

    def test_the_sbom_names_this_program_and_exact_versions(self):
        main, *parts = self.bill
        self.assertEqual(main["checksums"][0]["checksumValue"], hashlib.sha256(self.program).hexdigest())
        versions = {part["name"]: part["versionInfo"] for part in parts}
        print(", ".join(f"{name} {versions[name]}" for name in sorted(versions)))
        expected = {"ffmpeg", "x265", "dav1d", "curl", "openssl", "libc6-dev", "libstdc++-12-dev", "libc-ares-dev",
                    "zlib1g-dev", "ca-certificates", "swift-runtime", "swift-argument-parser"}
        self.assertLessEqual(expected, versions.keys())
        for name, version in versions.items():
            self.assertRegex(version, r"^(\d+:)?\d[\w.+~-]{3,}$", name)

    def test_every_parts_licence_is_there(self):
        licences = {name.split("/")[3] for name in self.files if re.match(r"usr/share/doc/.+/copyright$", name)}
        self.assertLessEqual({part["name"].replace("swift-runtime", "swift") for part in self.bill[1:]}, licences)

    def test_the_labels_describe_it(self):
        labels = json.loads(output_of(ENGINE, "image", "inspect", IMAGE))[0]["Config"]["Labels"]
        for name in ("title", "licenses", "revision", "version"):
            self.assertTrue(labels.get(f"org.opencontainers.image.{name}"), labels)


def sources(folder):
    """The real clips, and a second in 4K with audio, to be scaled down."""
    large = folder / "large.mp4"
    output_of("ffmpeg", "-v", "error", "-nostdin", "-t", "1", "-i", CLIPS / "bigbuckbunny.mp4", "-vf",
              "scale=3840:2160:flags=lanczos", "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-c:a", "copy",
              large)
    clips = {f"input/preserve/{name}.mp4": CLIPS / f"{name}.mp4"
             for name in ("bikes", "carphone_pristine", "bigbuckbunny")}
    return clips | {"input/downscale/4K plain.mp4": large}


def streams(path):
    """What must be equal: each stream's properties, its packets' timestamps, the bytes of copied ones."""
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
    """Of all frames' luma and chroma together, in dB, at the output's size."""
    stream = json.loads(output_of("ffprobe", "-v", "error", "-of", "json", "-select_streams", "v:0", "-show_entries",
                                  "stream=width,height", path))["streams"][0]
    graph = f"[1:v]scale={stream['width']}:{stream['height']}:flags=lanczos[source];[0:v][source]psnr"
    done = subprocess.run(["ffmpeg", "-nostdin", "-i", path, "-i", source, "-lavfi", graph, "-f", "null", "-"],
                          capture_output=True, text=True, check=True)
    return float(re.search(r"PSNR .*average:([0-9.]+|inf)", done.stderr).group(1))


def in_container(environment, *options):
    """Runs the job in a container: its exit code, its log, and the rights that the kernel shows while it runs."""
    variables = [argument for name in environment for argument in ("--env", name)]
    container = output_of(ENGINE, "create", *LOCKED, *options, *variables, IMAGE, **environment).strip()
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


class Encodes(unittest.TestCase):
    """From S3 to S3, by the image and by the other build."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_through_rclone(self):
        served = self.folder / "served"
        served.mkdir()
        self.compare(self.enterContext(Rclone(served)))

    def test_through_moto(self):
        self.compare(self.enterContext(Moto()))

    def compare(self, server):
        client = server.client("s3")
        for bucket in ("image", "development"):
            client.create_bucket(Bucket=bucket)
        for key, clip in sources(self.folder).items():
            with self.subTest(key):
                for bucket in ("image", "development"):
                    client.upload_file(str(clip), bucket, key)
                image, development = (self.encode(server, bucket, key, clip) for bucket in ("image", "development"))
                self.assertEqual(image[0], development[0], "streams")
                self.assertEqual(image[1], development[1], "frames")
                difference = image[2] - development[2]
                print(f"{key}: PSNR {image[2]:.3f} dB, {difference:+.3f} dB compared with {development[2]:.3f} dB; "
                      f"{image[3]:,} bytes, {image[3] / development[3] - 1:+.1%}")
                self.assertLessEqual(abs(difference), DECIBELS)

    def encode(self, server, bucket, key, clip):
        """The output's streams, the report's counts of frames, PSNR in dB, size in bytes."""
        environment = server.environment | {
            "AWS_BATCH_JOB_ID": "job", "S3_BUCKET": bucket, "S3_KEY": key, "REELPRESS_LARGER": "keep",
            "REELPRESS_SKIP_HEVC_BELOW": "0", "REELPRESS_PRESET": os.environ.get("REELPRESS_PRESET", "medium")}
        if bucket == "image":
            code, logged, kernel = in_container(environment)
            if kernel:
                self.assertEqual(kernel, ("65532", "0" * 16, "ro"), "user, capabilities, root")
        else:
            done = subprocess.run([WORKER], env=environment, capture_output=True, text=True)
            code, logged = done.returncode, done.stdout + done.stderr
        self.assertEqual((code, logged), (0, ""), bucket)
        policy, name = key.split("/")[1:]
        path = self.folder / f"{bucket}.mp4"
        client = server.client("s3")
        client.download_file(bucket, f"output/{policy}/{name.rsplit('.', 1)[0]}.mp4", str(path))
        report = json.load(client.get_object(Bucket=bucket, Key=f"reports/{policy}/{name}.json")["Body"])
        self.assertEqual(report["status"], "done", report)
        return streams(path), report["frames"], psnr(path, clip), path.stat().st_size


class OverTLS(unittest.TestCase):
    """S3 by its own name and over TLS, with certificates that the image has or has not. It refuses a role without rights."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.requests = []
        cls.names = cls.enterClassContext(contextlib.closing(NameServer(ADDRESS)))
        context = certified(cls.folder, ENDPOINT)
        cls.enterClassContext(contextlib.closing(Server(cls.refuse, ADDRESS, 443, context)))
        (cls.folder / "resolv.conf").write_text(f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
        (cls.folder / "silent.conf").write_text("nameserver 127.97.54.9\noptions timeout:1 attempts:1\n")
        (cls.folder / "hosts").write_text(f"{ADDRESS} {ENDPOINT}\n")
        cls.folder.chmod(0o755)

    @classmethod
    def refuse(cls, request):
        cls.requests.append(request)
        body = b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"
        return response(body, "403 Forbidden", Content_Type="application/xml")

    def job(self, resolver, *names, trusts=True):
        """A job's exit code and log; the container has the resolver's file, and those of `names` below /etc."""
        self.requests.clear()
        places = [(resolver, "/etc/resolv.conf"), *((name, f"/etc/{name}") for name in names)]
        if trusts:
            places.append(("ca.pem", "/etc/ssl/certs/ca-certificates.crt"))
        volumes = [word for file, place in places for word in ("--volume", f"{self.folder / file}:{place}:ro")]
        return in_container({
            "AWS_ACCESS_KEY_ID": "AKIDIMAGE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_BATCH_JOB_ID": "job",
            "AWS_REGION": "eu-central-1", "S3_BUCKET": "clips", "S3_KEY": "input/preserve/a.mp4",
            "AWS_MAX_ATTEMPTS": "1"}, *volumes)[:2]

    def test_the_systems_certificates_are_trusted(self):
        code, logged = self.job("resolv.conf")
        self.assertEqual(code, 10, logged)
        self.assertIn(ENDPOINT, self.names.names)
        self.assertTrue([request for request in self.requests if request.headers["host"] == ENDPOINT
                         and "AWS4-HMAC-SHA256" in request.headers["authorization"]], self.requests)

    def test_an_unknown_authority_gets_no_request(self):
        code, logged = self.job("resolv.conf", trusts=False)
        self.assertEqual((code, self.requests), (20, []), logged)
        self.assertIn("certificate", logged)

    def test_hosts_are_honoured(self):
        code, logged = self.job("silent.conf", "hosts")
        self.assertEqual(code, 10, logged)
        self.assertTrue(self.requests)

    def test_a_silent_name_server_is_a_passing_failure(self):
        code, logged = self.job("silent.conf")
        self.assertEqual(code, 20, logged)
        self.assertIn("resolve", logged.lower())


if __name__ == "__main__":
    unittest.main()
