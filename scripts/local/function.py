"""The Lambda function under AWS's own emulator of the Runtime API (aws-lambda-rie)."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request
import zipfile

import processes
from deployment import ROOT

EMULATOR = ROOT / ".venv" / "rie" / "aws-lambda-rie"


class Function:
    """A function that waits for events until `close`.

    - program: its zip, as `make package` leaves it, or the built program, which gets `bootstrap` laid beside it.
    - environment: the function's own variables and those that Lambda sets.
    """

    def __init__(self, program, environment, timeout):
        self.folder = tempfile.TemporaryDirectory(prefix="reelpress-function-")
        try:
            root = pathlib.Path(self.folder.name)
            self._unpack(pathlib.Path(program), root)
            port, api = processes.free_port(), processes.free_port()
            self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
            self.timeout = timeout
            self.process = processes.start(
                [EMULATOR, "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
                 f"127.0.0.1:{api}", "--log-level", "error", root / "bootstrap", "handler"],
                environment | {
                    "PATH": "/usr/bin:/bin", "LAMBDA_TASK_ROOT": str(root), "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"},
                error=subprocess.DEVNULL)
            processes.wait_for(port, self.process, "the Lambda emulator")
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _unpack(program, root):
        if program.suffix == ".zip":
            with zipfile.ZipFile(program) as archive:
                for entry in archive.infolist():
                    path = archive.extract(entry, root)
                    os.chmod(path, entry.external_attr >> 16 & 0o777 or 0o644)
        else:
            shutil.copy(ROOT / "bootstrap", root / "bootstrap")
            (root / "TriggerFunction").symlink_to(program.resolve())
        # Its first line names the program where Lambda unpacks it.
        script = root / "bootstrap"
        script.write_text(script.read_text().replace("#!/var/task/", f"#!{root}/", 1))

    def invoke(self, event):
        """The function's answer. One event at a time; RuntimeError tells the function's own error."""
        request = urllib.request.Request(self.url, json.dumps(event).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=self.timeout + 10) as response:
            answer = json.load(response)
        if "errorType" in answer or "errorMessage" in answer:
            raise RuntimeError(f"{answer.get('errorType')}: {answer.get('errorMessage')}")
        return answer

    def close(self):
        if hasattr(self, "process"):
            processes.end(self.process, patience=2)
        self.folder.cleanup()
