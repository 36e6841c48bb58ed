"""The two kinds of worker: a program on this machine, and an image that a container engine runs."""
import os
import pathlib
import shutil
import subprocess


class Program:
    """The built worker; its environment has the job's variables only."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()

    def command(self, name, variables):
        """Words that start it, and its environment (None: our own)."""
        return [self.path], variables

    def clear(self, name):
        """After an attempt, however it ended."""


class Image:
    """The worker's image, as restricted as on Fargate: read-only, without capabilities, without a user of the system.

    IMAGE_ENGINE names the container engine, else it is the first one that answers. RuntimeError where none does.
    """

    def __init__(self, name):
        self.image = name
        wanted = os.environ.get("IMAGE_ENGINE")
        programs = [wanted] if wanted else ["docker", "podman"]
        self.engine = next((program for program in programs if self._answers(program)), None)
        if not self.engine:
            raise RuntimeError(f"an image takes a container engine that runs: {' or '.join(programs)} does not")

    @staticmethod
    def _answers(program):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return shutil.which(program) is not None and subprocess.run([program, "info"], **quiet).returncode == 0

    def command(self, name, variables):
        words = [
            self.engine, "run", "--rm", "--name", name, "--network", "host", "--read-only", "--cap-drop", "all",
            "--user", "65532:65532"]
        return words + [f"--env={key}={value}" for key, value in variables.items()] + [self.image], None

    def clear(self, name):
        # The engine's own process may have been killed without its container.
        subprocess.run([self.engine, "rm", "--force", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
