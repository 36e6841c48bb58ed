"""From the bucket's notification to the function, as S3 and Lambda's asynchronous invocation do it."""
import json
import threading

import events


class Delivery:
    """Passes the events of a message queue on to the function until `close`.

    - retries: further tries of an event whose invocation failed; then it goes to the queue `failed`.
    - log: called with each line for the terminal.
    """

    # Lambda waits a minute, then two.
    WAITS = (0.5, 1)
    PERIOD = 0.2

    def __init__(self, aws, source, failed, function, retries, log):
        self.sqs, self.s3 = aws.client("sqs"), aws.client("s3")
        self.source, self.failed = source, failed
        self.function, self.retries, self.log = function, retries, log
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.over.is_set():
            messages = self.sqs.receive_message(QueueUrl=self.source, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                body = json.loads(message["Body"])
                # S3's first message is a test event.
                if "Records" in body:
                    self.deliver(events.complete(body, self.s3))
                self.sqs.delete_message(QueueUrl=self.source, ReceiptHandle=message["ReceiptHandle"])
            if not messages:
                self.over.wait(self.PERIOD)

    def deliver(self, event):
        """Invokes the function with an event. False where every try failed."""
        for number in range(1 + self.retries):
            try:
                answer = self.function.invoke(event)
            except (OSError, RuntimeError, ValueError) as error:
                self.log(f"function: {error}")
                if number < self.retries:
                    self.over.wait(self.WAITS[min(number, len(self.WAITS) - 1)])
                continue
            for record in answer["records"]:
                if "skipped" in record:
                    self.log(f"function: skipped {record['key']}: {record['skipped']}")
            return True
        self.sqs.send_message(QueueUrl=self.failed, MessageBody=json.dumps(event))
        self.log("function: the event is in the queue of failed events")
        return False

    def close(self):
        self.over.set()
        self.thread.join()
