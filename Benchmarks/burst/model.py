"""Many uploads at once, as a discrete-event simulation: S3's events in Lambda's asynchronous queue, the function with
its policy, and AWS Batch, which takes 50 requests a second."""
import dataclasses
import heapq
import itertools
import random

# SubmitJob and ListJobs, an account and region: "Service quotas", AWS Batch User Guide. A bucket of one second is assumed.
RATE = 50
BURST = 50
# Of a request of Batch, in seconds; assumed.
LATENCY = 0.1
# "How Lambda handles errors and retries with asynchronous invocation", AWS Lambda Developer Guide.
ERROR_WAITS = (60, 120)
LONGEST_THROTTLE_WAIT = 300
LONGEST_AGE = 6 * 3600


@dataclasses.dataclass
class Outcome:
    """- lost: events that ended in the failure destination.
    - last: when the last job was submitted, in seconds after the first upload.
    - invocations, seconds: of the function, together.
    """

    submitted: int = 0
    lost: int = 0
    last: float = 0
    invocations: int = 0
    seconds: float = 0


class Tokens:
    """A token bucket."""

    def __init__(self):
        self.left, self.at = BURST, 0.0

    def take(self, now):
        self.left = min(BURST, self.left + (now - self.at) * RATE)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Simulation:
    """- uploads: their number; window: the seconds in which they come, evenly.
    - concurrency: the account's concurrent executions.
    """

    def __init__(self, policy, uploads, window, concurrency, seed=1):
        self.policy, self.concurrency = policy, concurrency
        self.random = random.Random(seed)
        self.batch, self.outcome = Tokens(), Outcome()
        self.count, self.queue = itertools.count(), []
        self.running = 0
        # The execution environments that wait for an event, the last used one last: before when each lists no jobs.
        self.idle = []
        for number in range(uploads):
            came = number * window / uploads
            self.at(came, self.deliver, came, 0, 0)

    def at(self, time, action, *arguments):
        heapq.heappush(self.queue, (time, next(self.count), action, arguments))

    def run(self):
        while self.queue:
            self.now, _, action, arguments = heapq.heappop(self.queue)
            action(*arguments)
        return self.outcome

    def deliver(self, came, errors, throttles):
        """Lambda takes an event from its queue."""
        if self.running < self.concurrency:
            self.running += 1
            self.outcome.invocations += 1
            lists_from = self.idle.pop() if self.idle else 0.0
            self.proceed(self.invocation(came, errors, lists_from))
        elif self.now - came > LONGEST_AGE:
            self.outcome.lost += 1
        else:
            wait = min(LONGEST_THROTTLE_WAIT, 2 ** throttles) * self.random.uniform(0.5, 1)
            self.at(self.now + wait, self.deliver, came, errors, throttles + 1)

    def proceed(self, invocation):
        wait = next(invocation, None)
        if wait is not None:
            self.at(self.now + wait, self.proceed, invocation)

    def invocation(self, came, errors, lists_from):
        """One invocation; yields the seconds that it waits."""
        policy, start = self.policy, self.now
        deadline = start + policy.timeout - policy.reserve / 1000
        if lists_from <= self.now:
            done = yield from self.requests(policy.list_attempts, deadline)
            if not done and policy.list_pause:
                lists_from = self.now + policy.list_pause
        done = yield from self.requests(policy.attempts, deadline)
        self.running -= 1
        self.idle.append(lists_from)
        self.outcome.seconds += self.now - start
        if done:
            self.outcome.submitted += 1
            self.outcome.last = self.now
        elif errors < policy.retries:
            self.at(self.now + ERROR_WAITS[errors], self.deliver, came, errors + 1, 0)
        else:
            self.outcome.lost += 1

    def requests(self, attempts, deadline):
        """Requests until Batch takes one; returns whether it did."""
        number = 0
        while True:
            yield LATENCY
            if self.batch.take(self.now):
                return True
            number += 1
            if number >= attempts:
                return False
            # Full jitter, as RetryPolicy.delay.
            pause = self.random.uniform(0, self.policy.limit(number - 1) / 1000)
            if self.now + pause >= deadline:
                yield max(0, deadline - self.now)
                return False
            yield pause
