"""Runs the whole pipeline on this machine, until Ctrl-C: a bucket, the function, a job queue, the worker.

    .venv/bin/python scripts/local [--function ZIP] [--worker PROGRAM | --image NAME] [--port N] [--host ADDRESS]
        [--slots N] [--set NAME=VALUE …]

--set gives parameters of template.yaml, as Preset=veryfast.
"""
import argparse
import os
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from harness.processes import ROOT  # noqa: E402
from pipeline import Pipeline  # noqa: E402
from workers import Image, Program  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="scripts/local", description=__doc__.splitlines()[0])
    parser.add_argument("--function", default=ROOT / "dist" / "trigger.zip", help="its zip, or the built program")
    parser.add_argument("--worker", default=ROOT / ".build" / "release" / "EncodeWorker", help="the built program")
    parser.add_argument("--image", help="the worker's image, run by docker or podman")
    parser.add_argument("--port", type=int, default=0, help="of S3 and Batch (a free one)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="that S3 and Batch listen on (127.0.0.1); 0.0.0.0 for clients in containers")
    parser.add_argument("--slots", type=int, default=1, help="jobs that run at once (1); helpers take what others leave")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a parameter of template.yaml")
    options = parser.parse_args()
    parameters = {}
    for word in options.set:
        name, equals, value = word.partition("=")
        if not equals:
            parser.error(f"--set {word}: expected NAME=VALUE")
        parameters[name] = value
    for path in [options.function] + ([] if options.image else [options.worker]):
        if not os.path.exists(path):
            parser.error(f"{path} is missing: run `make package build`")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        worker = Image(options.image) if options.image else Program(options.worker)
        with Pipeline(options.function, worker, parameters, options.port, options.slots, log, host=options.host) as pipeline:
            explain(pipeline)
            while True:
                signal.pause()
    except (ValueError, RuntimeError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")


def log(line):
    print(line, flush=True)


def explain(pipeline):
    for name, value in pipeline.environment.items():
        log(f"export {name}={value}")
    log("""
In another terminal, with these variables:

    aws s3 cp clip.mp4 s3://$BUCKET/input/preserve/
    aws s3 ls --recursive s3://$BUCKET/
    aws s3 cp --recursive s3://$BUCKET/output/ .

Ctrl-C ends it.
""")


if __name__ == "__main__":
    main()
