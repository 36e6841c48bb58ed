#!/usr/bin/env python3
"""What encoding costs on AWS Fargate, in US dollars; docs/cost.md explains the formula.

    scripts/cost.py --fps 12.5 --size 4vcpu-8gb
    scripts/cost.py --report reports/preserve/film.mov.json --size 4vcpu-8gb

--fps is what a task of that size does, as the report's resources.framesPerSecond tells. --report takes fps, pictures
and length from a report of a job.
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

    - discount: of Spot, as a share of the price on demand.
    - start: seconds that are billed before the worker starts, for pulling the image.
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

    def cost(self, pictures, fps):
        """US dollars for a job of so many pictures, at so many pictures a second."""
        return max(self.start + pictures / fps, LEAST_SECONDS) / 3600 * self.hour


def size(text):
    found = re.fullmatch(r"(\d+)vcpu-(\d+)gb", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no size: it looks like 4vcpu-8gb")
    return int(found[1]), int(found[2])


def positive(text):
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value


def share(text):
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to below 1")
    return value


def main(words=None):
    parser = argparse.ArgumentParser(prog="cost.py", description=__doc__.splitlines()[0])
    parser.add_argument("--fps", type=positive, help="pictures a second that the task encodes")
    parser.add_argument("--frame-rate", type=positive, default=24, help="of the video (24)")
    parser.add_argument("--hours", type=positive, default=1, help="of video in one job (1)")
    parser.add_argument("--report", type=pathlib.Path, help="a job's report, in the place of these three")
    parser.add_argument("--size", type=size, default=(4, 8), help="vCPUs and memory of the task (4vcpu-8gb)")
    parser.add_argument("--architecture", choices=ON_DEMAND, default="X86_64")
    parser.add_argument("--discount", type=share, default=0.5, help="of Spot: 0 is on demand, 0.5 the default")
    parser.add_argument("--start", type=float, default=30, help="seconds of pulling the image (30)")
    parser.add_argument(
        "--mediaconvert", type=positive, metavar="DOLLARS", help="a minute of MediaConvert's, to compare with")
    options = parser.parse_args(words)
    if options.report:
        fps, pictures, hours = of_report(options.report, parser)
    elif options.fps:
        fps, hours = options.fps, options.hours
        pictures = options.frame_rate * hours * 3600
    else:
        parser.error("give --fps, or --report of a job")
    task = Task(*options.size, options.architecture, options.discount, options.start)
    cost = task.cost(pictures, fps)
    vcpus, gigabytes = options.size
    kind = f"{vcpus} vCPUs, {gigabytes} GB, {options.architecture}, {options.discount:.0%} below on demand"
    seconds = pictures / fps
    print(f"task       ${task.hour:.4f} an hour ({kind})")
    print(f"job        {hours:.2f} h of video, {pictures:.0f} pictures at {fps:.2f} a second: {seconds / 3600:.2f} h")
    print(f"cost       ${cost:.4f}, ${cost / hours:.4f} for an hour of video")
    if options.mediaconvert:
        other = options.mediaconvert * 60
        print(f"beside     ${other:.4f} for an hour of video: {other / (cost / hours):.1f} times as much")


def of_report(path, parser):
    """Pictures a second, pictures and hours of a job."""
    try:
        report = json.loads(path.read_text())
        return report["resources"]["framesPerSecond"], report["frames"]["encoded"], report["source"]["duration"] / 3600
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"--report {path}: not the report of a job that encoded something ({error!r})")


if __name__ == "__main__":
    sys.exit(main())
