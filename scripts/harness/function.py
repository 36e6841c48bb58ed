"""The Lambda function under AWS's own emulator of the Runtime API (aws-lambda-rie)."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request
import zipfile

from harness import processes
from harness.processes import ROOT

EMULATOR = ROOT / ".venv" / "rie" / "aws-lambda-rie"


class Emulator:
    """A function that waits for events until `close`.

    - bootstrap: the program that Lambda would start.
    - environment: the function's own variables and those that Lambda sets.
    - timeout: of an invocation, in seconds.
    """

    def __init__(self, bootstrap, environment, timeout):
        port, api = processes.free_port(), processes.free_port()
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self.timeout = timeout
        self.process = processes.start(
            [EMULATOR, "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
             f"127.0.0.1:{api}", "--log-level", "error", bootstrap, "handler"],
            {"PATH": "/usr/bin:/bin", "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
             "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"} | environment, error=subprocess.DEVNULL)
        try:
            processes.wait_for(port, self.process, "the Lambda emulator")
        except BaseException:
            self.close()
            raise

    def invoke(self, event):
        """The function's response. One event at a time; the function's own error is a RuntimeError.

        event: JSON's bytes, or a value that is made into them.
        """
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url, body), timeout=self.timeout + 10) as response:
            answer = json.load(response)
        if "errorType" in answer or "errorMessage" in answer:
            raise RuntimeError(f"{answer.get('errorType')}: {answer.get('errorMessage')}")
        return answer

    def close(self):
        processes.end(self.process, patience=2)


class Function(Emulator):
    """The same of a zip, as `make package` writes it, or of the built program."""

    def __init__(self, program, environment, timeout):
        self.folder = tempfile.TemporaryDirectory(prefix="reelpress-function-")
        try:
            root = pathlib.Path(self.folder.name)
            super().__init__(lay(program, root), environment | {"LAMBDA_TASK_ROOT": str(root)}, timeout)
        except BaseException:
            self.folder.cleanup()
            raise

    def close(self):
        super().close()
        self.folder.cleanup()


def unpack(archive, folder):
    """Unpacks a function's zip with its files' modes, as Lambda does."""
    with zipfile.ZipFile(archive) as zipped:
        for entry in zipped.infolist():
            os.chmod(zipped.extract(entry, folder), entry.external_attr >> 16 & 0o777 or 0o644)


def lay(program, folder):
    """Lays a zip or a built program into a folder; the path of its `bootstrap`, which runs from there."""
    script = folder / "bootstrap"
    if pathlib.Path(program).suffix == ".zip":
        unpack(program, folder)
    else:
        shutil.copy(ROOT / "bootstrap", script)
        (folder / "TriggerFunction").symlink_to(pathlib.Path(program).resolve())
    # Its first line names the program where Lambda unpacks it.
    script.write_text(script.read_text().replace("#!/var/task/", f"#!{folder}/", 1))
    return script
