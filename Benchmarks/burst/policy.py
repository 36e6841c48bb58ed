"""What decides how long the function tries: its own values, read from where the program and the stack have them."""
import dataclasses
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "scripts"), str(ROOT / "scripts" / "local")]

from deployment import Deployment  # noqa: E402

SOURCE = ROOT / "Sources" / "TriggerFunction" / "Patience.swift"
VALUES = {
    "attempts": r"retry = RetryPolicy\(maxAttempts: (\S+?),", "base_delay": r"baseDelay: (\d+)", "max_delay": r"maxDelay: (\d+)",
    "reserve": r"reserve = (\d+)", "list_attempts": r"listAttempts = (\d+)", "list_pause": r"listPause = (\d+)"}


@dataclasses.dataclass(frozen=True)
class Policy:
    """- attempts, list_attempts: of SubmitJob and ListJobs in one invocation.
    - base_delay, max_delay: limits of the first and of every pause between them, in milliseconds.
    - reserve: of the invocation's time, in milliseconds.
    - list_pause: seconds without ListJobs after a throttled one; 0 for none.
    - timeout: of an invocation, in seconds.
    - retries: of an event whose invocation failed.
    """

    attempts: float
    base_delay: int
    max_delay: int
    reserve: int
    list_attempts: int
    list_pause: int
    timeout: int
    retries: int

    def limit(self, number):
        """The longest pause before the retry `number`, counted from 0, in milliseconds."""
        return min(self.max_delay, self.base_delay << min(number, 16))


# Version 0.1.0: AWS's standard retry mode.
BEFORE = Policy(3, 1000, 20_000, 1500, 3, 0, 30, 2)


def current():
    """The function's policy as it is built and deployed; ValueError where a value can't be found any more."""
    text = SOURCE.read_text()
    found = {}
    for name, pattern in VALUES.items():
        if not (match := re.search(pattern, text)):
            raise ValueError(f"{SOURCE.relative_to(ROOT)} has no {pattern}")
        found[name] = float("inf") if match[1] == ".max" else int(match[1].replace("_", ""))
    deployed = Deployment.read()
    return Policy(**found, timeout=deployed.function_timeout, retries=deployed.retries)
