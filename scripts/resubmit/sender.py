"""Invokes the function with events, at a limited rate."""
import collections
import concurrent.futures
import json
import sys
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError


class Sender:
    """Counts what becomes of each candidate.

    - client: of Lambda. function: its name or ARN.
    - rate: invocations a second at most. parallel: how many at once.
    """

    def __init__(self, client, function, rate, parallel):
        self.client, self.function = client, function
        self.pause, self.parallel = 1 / rate, parallel
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def send(self, candidates):
        room = threading.Semaphore(self.parallel)

        def deliver(candidate):
            try:
                self._deliver(candidate)
            finally:
                room.release()

        due = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(self.parallel) as pool:
            for candidate in candidates:
                room.acquire()
                time.sleep(max(0, due - time.monotonic()))
                due = max(due, time.monotonic() - self.pause) + self.pause
                pool.submit(deliver, candidate)

    def _deliver(self, candidate):
        try:
            records = self._invoke(candidate.event)
            candidate.accepted()
        except (BotoCoreError, ClientError, ValueError) as error:
            self.fail(f"{candidate.name}: {error}")
            return
        skipped = sum("skipped" in record for record in records)
        self.count("skipped by the function", skipped)
        self.count("submitted", len(records) - skipped)

    def _invoke(self, event):
        """The records of the function's response; a ValueError with its error."""
        answer = self.client.invoke(
            FunctionName=self.function, InvocationType="RequestResponse", Payload=json.dumps(event).encode())
        result = json.loads(answer["Payload"].read())
        if "errorMessage" in result or answer.get("FunctionError"):
            raise ValueError(f"{result.get('errorType', 'error')}: {result.get('errorMessage', 'no message')}")
        return result.get("records", [])

    def fail(self, line):
        """Prints an error on one line."""
        self.count("failed", 1)
        with self.lock:
            print(" ".join(line.split()), file=sys.stderr, flush=True)

    def count(self, name, number=1):
        with self.lock:
            self.counts[name] += number

    @property
    def summary(self):
        with self.lock:
            return ", ".join(f"{number:,} {name}" for name, number in self.counts.items() if number) or "nothing found"


class Progress:
    """Prints a summary while work goes on: each second on a terminal, else each half minute. A context manager."""

    def __init__(self, sender):
        self.sender, self.over = sender, threading.Event()
        self.is_terminal = sys.stderr.isatty()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self.over.wait(1 if self.is_terminal else 30):
            print(f"\r{self.sender.summary}" if self.is_terminal else self.sender.summary,
                  end="" if self.is_terminal else "\n", file=sys.stderr, flush=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.is_terminal:
            print(file=sys.stderr)
