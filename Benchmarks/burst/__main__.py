"""Prints how many events of many uploads at once are lost, before and after the function waits for AWS Batch.

    .venv/bin/python Benchmarks/burst             the tables of docs/trigger.md
    .venv/bin/python Benchmarks/burst --policy    the function's values that they are made from, as JSON
"""
import argparse
import dataclasses
import itertools
import json
import sys

from model import Simulation
from policy import BEFORE, current

CASES = [(10_000, 60), (20_000, 60), (50_000, 60), (10_000, 10)]
# Of a new account, and of one with the default quota: "Lambda quotas", AWS Lambda Developer Guide.
CONCURRENCY = (10, 1000)
# 128 MiB on x86_64, in US dollars a second: aws.amazon.com/lambda/pricing.
PRICE = 0.0000166667 / 8
TIMEOUTS = (30, 60, 120, 300)


def table(head, rows):
    for line in itertools.chain([head, ["---"] * len(head)], rows):
        print("| " + " | ".join(line) + " |", flush=True)


def lost(policy, timeout, concurrency):
    outcome = Simulation(dataclasses.replace(policy, timeout=timeout), 50_000, 60, concurrency).run()
    return f"{outcome.lost:,}"


def row(uploads, window, concurrency, policy):
    before = Simulation(BEFORE, uploads, window, concurrency).run()
    after = Simulation(policy, uploads, window, concurrency).run()
    return [
        f"{uploads:,} in {window} s", f"{concurrency:,}", f"{before.lost:,}", f"{after.lost:,}",
        f"{after.last / 60:.0f} min", f"{after.invocations:,}", f"${after.seconds * PRICE:.2f}"]


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/burst", description=__doc__.splitlines()[0])
    parser.add_argument("--policy", action="store_true", help="print the function's values")
    options = parser.parse_args()
    policy = current()
    if options.policy:
        values = dataclasses.asdict(policy) | {"limits": [policy.limit(number) for number in range(20)]}
        # JSON has no infinity.
        json.dump({name: None if value == float("inf") else value for name, value in values.items()}, sys.stdout)
        return
    table(
        ["uploads", "concurrency", "lost before", "lost now", "last job after", "invocations", "Lambda"],
        (row(*case, concurrency, policy) for case in CASES for concurrency in CONCURRENCY))
    print()
    table(
        ["timeout", "lost at concurrency 1,000", "lost at concurrency 3,000"],
        ([f"{timeout} s", lost(policy, timeout, 1000), lost(policy, timeout, 3000)] for timeout in TIMEOUTS))


if __name__ == "__main__":
    main()
