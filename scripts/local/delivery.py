"""From the bucket's notification to the function, as S3 and Lambda's asynchronous invocation do it."""
import json
import threading

import events


class Delivery:
    """Hands on what arrives in a message queue until `close`.

    - retries: further tries of an event whose invocation failed; then it goes to the queue `failed`.
    - tell: is called with a line for people.
    """

    # Lambda waits a minute, then two.
    WAITS = (0.5, 1)
    PERIOD = 0.2

    def __init__(self, aws, source, failed, function, retries, tell):
        self.sqs, self.s3 = aws.client("sqs"), aws.client("s3")
        self.source, self.failed = source, failed
        self.function, self.retries, self.tell = function, retries, tell
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.over.is_set():
            messages = self.sqs.receive_message(QueueUrl=self.source, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                body = json.loads(message["Body"])
                # The first one says only that the notification is set up.
                if "Records" in body:
                    self.deliver(events.complete(body, self.s3))
                self.sqs.delete_message(QueueUrl=self.source, ReceiptHandle=message["ReceiptHandle"])
            if not messages:
                self.over.wait(self.PERIOD)

    def deliver(self, event):
        """An event to the function. True where it was taken."""
        for number in range(1 + self.retries):
            try:
                answer = self.function.invoke(event)
            except (OSError, RuntimeError, ValueError) as error:
                self.tell(f"function: {error}")
                if number < self.retries:
                    self.over.wait(self.WAITS[min(number, len(self.WAITS) - 1)])
                continue
            for record in answer["records"]:
                if "skipped" in record:
                    self.tell(f"function: skipped {record['key']}: {record['skipped']}")
            return True
        self.sqs.send_message(QueueUrl=self.failed, MessageBody=json.dumps(event))
        self.tell("function: the event lies in the queue of failed events")
        return False

    def close(self):
        self.over.set()
        self.thread.join()
