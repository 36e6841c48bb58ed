"""The job definition's retry rules, evaluated as Batch does, for every way in which a job may end."""
import re
import unittest

from created import Stack
from retries import End, tries_again
from translated import template

EXITED = "Essential container in task exited"
SPOT = "Your Spot Task was interrupted."

# The case, how the attempt ended, and whether it is retried.
ENDS = [
    ("done", End(0), False),
    ("a wrong setting", End(2), False),
    ("an unencodable source", End(10), False),
    ("the third crash in a row", End(11), False),
    ("a transient failure", End(20), True),
    ("SIGTERM that the worker handled", End(30), True),
    ("SIGTERM before the worker's main", End(143), True),
    ("Spot reclaim, worker ended in time", End(30, status_reason=SPOT), True),
    ("Spot reclaim, worker killed", End(137, status_reason=SPOT), True),
    ("Spot reclaim before the container ran", End(None, status_reason=SPOT), True),
    ("killed for lack of memory", End(137, "OutOfMemoryError: Container killed due to memory usage"), False),
    ("memory ran out, and the worker reported it", End(10, "OutOfMemoryError: Container killed due to memory usage"), False),
    ("killed for an unknown reason", End(137), True),
    ("the image could not be pulled", End(
        None, "CannotPullContainerError: pull image manifest has been retried 5 times", "Task failed to start"), True),
    ("the task got no network", End(
        None, "ResourceInitializationError: unable to pull secrets or registry auth", "Task failed to start"), True),
    ("the host was lost", End(None, None, "Host EC2 (instance i-0) terminated."), True),
    ("Batch's own job timeout", End(137, None, "Job attempt duration exceeded timeout", timed_out=True), False),
]


class Retries(unittest.TestCase):
    DEFINITION = ("worker", "JobDefinition")

    @classmethod
    def setUpClass(cls):
        with Stack() as stack:
            cls.strategy = stack.definition(cls.DEFINITION[0])["retryStrategy"]

    def ends(self):
        return ENDS

    def test_each_end(self):
        for name, end, again in self.ends():
            with self.subTest(name):
                self.assertEqual(tries_again(self.strategy, 1, end), again)

    def test_ten_attempts_at_most(self):
        for name, end, again in self.ends():
            with self.subTest(name):
                self.assertEqual(tries_again(self.strategy, 9, end), again)
                self.assertFalse(tries_again(self.strategy, 10, end))

    def test_rules_are_valid_in_batch(self):
        rules = self.strategy["evaluateOnExit"]
        self.assertLessEqual(len(rules), 5)
        for rule in rules:
            conditions = {name: rule[name] for name in ("onExitCode", "onReason", "onStatusReason") if name in rule}
            self.assertTrue(conditions, rule)
            for name, pattern in conditions.items():
                allowed = r"[0-9]*\*?" if name == "onExitCode" else r"[0-9A-Za-z.:\s]*\*?"
                self.assertRegex(pattern, re.compile(f"^{allowed}$"))

    def test_the_definition_is_the_templates(self):
        written = template()["Resources"][self.DEFINITION[1]]["Properties"]["RetryStrategy"]
        self.assertEqual(written["Attempts"], self.strategy["attempts"])
        self.assertEqual(len(written["EvaluateOnExit"]), len(self.strategy["evaluateOnExit"]))


class HelperRetries(Retries):
    """A helper's ends are the same, but it never gives up for crashes in a row: it exits with 10 at the first one."""

    DEFINITION = ("helper", "HelperDefinition")

    def ends(self):
        return [entry for entry in ENDS if entry[1].exit_code != 11]


class Evaluator(unittest.TestCase):
    """The evaluator itself, as AWS's page describes it."""

    def test_an_end_without_a_rule_is_retried(self):
        self.assertTrue(tries_again({"Attempts": 2, "EvaluateOnExit": []}, 1, End(1)))

    def test_the_first_match_decides(self):
        rules = [{"OnExitCode": "1*", "Action": "exit"}, {"OnExitCode": "10", "Action": "RETRY"}]
        self.assertFalse(tries_again({"Attempts": 2, "EvaluateOnExit": rules}, 1, End(10)))

    def test_all_conditions_of_a_rule_must_match(self):
        rules = [{"OnExitCode": "1", "OnReason": "Out*", "Action": "EXIT"}]
        self.assertTrue(tries_again({"Attempts": 2, "EvaluateOnExit": rules}, 1, End(1)))
        self.assertFalse(tries_again({"Attempts": 2, "EvaluateOnExit": rules}, 1, End(1, "OutOfMemoryError")))

    def test_a_pattern_without_a_star_is_the_whole_text(self):
        rules = [{"OnExitCode": "2", "Action": "EXIT"}]
        self.assertTrue(tries_again({"Attempts": 2, "EvaluateOnExit": rules}, 1, End(20)))
        self.assertFalse(tries_again({"Attempts": 2, "EvaluateOnExit": rules}, 1, End(2)))

    def test_one_attempt_by_default(self):
        self.assertFalse(tries_again({}, 1, End(20)))
