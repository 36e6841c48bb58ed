#!/usr/bin/env python3
"""What encoding costs on AWS Fargate, in US dollars; docs/cost.md explains the formula.

    scripts/cost.py --fps 12.5 --size 4vcpu-8gb
    scripts/cost.py --report reports/preserve/film.mov.json --size 4vcpu-8gb

--fps is the speed of a task of that size: resources.framesPerSecond of a report. --report takes speed, frames and
duration from a job's report.
"""
import argparse
import dataclasses
import json
import pathlib
import re
import sys

# On demand, us-east-1, Linux, an hour of a vCPU and of a GB: AWS Fargate Pricing.
ON_DEMAND = {"X86_64": (0.04048, 0.004445), "ARM64": (0.03238, 0.00356)}
# Fargate bills by the second, a minute at least.
LEAST_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class Task:
    """What a task is billed for.

    - discount: of Spot, as a share of the on-demand price.
    - start: seconds billed before the worker starts, while the image is pulled.
    """

    vcpus: float
    gigabytes: float
    architecture: str = "X86_64"
    discount: float = 0.5
    start: float = 30

    @property
    def hour(self):
        """US dollars for an hour."""
        vcpu, gigabyte = ON_DEMAND[self.architecture]
        return (self.vcpus * vcpu + self.gigabytes * gigabyte) * (1 - self.discount)

    def cost(self, frames, fps):
        """US dollars for a job of so many frames, at so many frames per second."""
        return max(self.start + frames / fps, LEAST_SECONDS) / 3600 * self.hour


def size(text):
    found = re.fullmatch(r"(\d+)vcpu-(\d+)gb", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a size, as 4vcpu-8gb is")
    return int(found[1]), int(found[2])


def positive(text):
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value


def share(text):
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share from 0 to below 1")
    return value


def main(words=None):
    parser = argparse.ArgumentParser(prog="cost.py", description=__doc__.splitlines()[0])
    parser.add_argument("--fps", type=positive, help="frames per second that the task encodes")
    parser.add_argument("--frame-rate", type=positive, default=24, help="of the video (24)")
    parser.add_argument("--hours", type=positive, default=1, help="of video in one job (1)")
    parser.add_argument("--report", type=pathlib.Path, help="a job's report, instead of these three")
    parser.add_argument("--size", type=size, default=(4, 8), help="vCPUs and memory of the task (4vcpu-8gb)")
    parser.add_argument("--architecture", choices=ON_DEMAND, default="X86_64")
    parser.add_argument("--discount", type=share, default=0.5, help="of Spot: 0 is on demand, 0.5 the default")
    parser.add_argument("--start", type=float, default=30, help="seconds of pulling the image (30)")
    parser.add_argument(
        "--mediaconvert", type=positive, metavar="DOLLARS", help="price of a minute in MediaConvert, to compare with")
    options = parser.parse_args(words)
    if options.report:
        fps, frames, hours = of_report(options.report, parser)
    elif options.fps:
        fps, hours = options.fps, options.hours
        frames = options.frame_rate * hours * 3600
    else:
        parser.error("give --fps, or --report of a job")
    task = Task(*options.size, options.architecture, options.discount, options.start)
    cost = task.cost(frames, fps)
    vcpus, gigabytes = options.size
    kind = f"{vcpus} vCPUs, {gigabytes} GB, {options.architecture}, {options.discount:.0%} below on demand"
    seconds = frames / fps
    print(f"task       ${task.hour:.4f} an hour ({kind})")
    print(f"job        {hours:.2f} h of video, {frames:.0f} frames at {fps:.2f} fps: {seconds / 3600:.2f} h")
    print(f"cost       ${cost:.4f}, ${cost / hours:.4f} for an hour of video")
    if options.mediaconvert:
        other = options.mediaconvert * 60
        print(f"compared   ${other:.4f} for an hour of video: {other / (cost / hours):.1f} times as much")


def of_report(path, parser):
    """Frames per second, frames and hours of a job."""
    try:
        report = json.loads(path.read_text())
        return report["resources"]["framesPerSecond"], report["frames"]["encoded"], report["source"]["duration"] / 3600
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"--report {path}: not the report of a job that encoded something ({error!r})")


if __name__ == "__main__":
    sys.exit(main())
