"""What held and what did not."""


class Findings:
    """Prints each as it is found."""

    def __init__(self):
        self.failed = 0

    def check(self, holds, text):
        """Counts it where it does not hold. Returns whether it does."""
        print(f"{'held  ' if holds else 'FAILED'}  {text}", flush=True)
        self.failed += not holds
        return bool(holds)

    def note(self, text):
        print(f"        {text}", flush=True)
