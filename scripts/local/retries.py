"""How AWS Batch decides on a retry: "EvaluateOnExit", AWS Batch API Reference."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class End:
    """How an attempt ended, as DescribeJobs reports it; None where it reports nothing."""

    exit_code: int | None = None
    # Of the container, as "OutOfMemoryError: Container killed due to memory usage".
    reason: str | None = None
    # Of the attempt, as "Essential container in task exited".
    status_reason: str | None = "Essential container in task exited"
    # Batch ended it for its job timeout: never retried.
    timed_out: bool = False


def tries_again(strategy, attempt, end):
    """Whether a job is retried after attempt number `attempt`, counted from 1.

    strategy: a job definition's RetryStrategy, its keys in any case of the first letter.
    """
    strategy = lowered(strategy)
    if end.exit_code == 0 or end.timed_out or attempt >= int(strategy.get("attempts", 1)):
        return False
    for rule in strategy.get("evaluateOnExit", []):
        if matches(rule, end):
            return rule["action"].upper() == "RETRY"
    return True


def matches(rule, end):
    """Whether all conditions of a rule match."""
    values = {
        "onExitCode": None if end.exit_code is None else str(end.exit_code),
        "onReason": end.reason,
        "onStatusReason": end.status_reason,
    }
    return all(glob(rule[name], value) for name, value in values.items() if name in rule)


def glob(pattern, text):
    """A star at the pattern's end matches any text."""
    if text is None:
        return False
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def lowered(value):
    """The first letter of each key in lower case, as the API has them; CloudFormation has capitals."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lowered(part) for key, part in value.items()}
    return [lowered(part) for part in value] if isinstance(value, list) else value
