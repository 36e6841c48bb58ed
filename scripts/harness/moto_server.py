"""moto_server whose jobs keep their state until it is set; moto alone lets each succeed as it is submitted.

    moto_server.py -H HOST -p PORT

PUT /local/jobs/ID with {"status": "RUNNING"} begins an attempt; RUNNABLE (it is tried again), SUCCEEDED or FAILED, with
"exitCode" where there is one, end it: "Job states", AWS Batch User Guide. An array job is PENDING until all of its children
are over; canceling or terminating it does so with each of them: "Array jobs", AWS Batch User Guide.
"""
import argparse
import datetime
import http
import json
import os

from moto.batch.models import BatchBackend, batch_backends
from moto.batch_simple.models import BatchSimpleBackend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

PREFIX = "/local/jobs/"


def submitted(self, include_start_attempt, job):
    """Replaces moto's own end of a job."""
    self.backend._jobs[job.job_id] = job
    job.status = "RUNNABLE" if include_start_attempt else "PENDING"


def find(identifier):
    """A job of any region; None where there is none."""
    jobs = (backend.get_job_by_id(identifier) for backend in batch_backends[DEFAULT_ACCOUNT_ID].values())
    return next(filter(None, jobs), None)


def with_children(operation):
    """CancelJob or TerminateJob, for an array job as well; its children are asked for their own states."""
    def changed(self, job_id, reason):
        job = self.get_job_by_id(job_id)
        for child in job and job._child_jobs or []:
            operation(self, child.job_id, reason)
        operation(self, job_id, reason)
    return changed


def change(job, status, exit_code):
    if exit_code is not None:
        job.exit_code = job.latest_attempt["container"]["exitCode"] = exit_code
    if status == "RUNNING":
        job.job_started_at = datetime.datetime.now()
        job._start_attempt()
    elif status == "RUNNABLE":
        job.job_stopped_at = datetime.datetime.now()
        job._stop_attempt()
    else:
        job._mark_stopped(success=status == "SUCCEEDED")
    job.status = status
    parent, is_child, _ = job.job_id.rpartition(":")
    if is_child:
        end_array(find(parent))


def end_array(job):
    ends = {child.status for child in job._child_jobs}
    if ends <= {"SUCCEEDED", "FAILED"}:
        job._mark_stopped(success="FAILED" not in ends)


class Application:
    """All of moto, and the jobs' states below `PREFIX` (WSGI)."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        if not environ["PATH_INFO"].startswith(PREFIX):
            return self.moto(environ, start_response)
        order = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        job = find(environ["PATH_INFO"].removeprefix(PREFIX))
        if job:
            change(job, order["status"], order.get("exitCode"))
        status = http.HTTPStatus.NO_CONTENT if job else http.HTTPStatus.NOT_FOUND
        start_response(f"{status.value} {status.phrase}", [])
        return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", "--host", required=True)
    parser.add_argument("-p", "--port", type=int, required=True)
    options = parser.parse_args()
    # moto looks there for its own address.
    os.environ["MOTO_PORT"] = str(options.port)
    BatchSimpleBackend._mark_job_as_finished = submitted
    BatchBackend.cancel_job = with_children(BatchBackend.cancel_job)
    BatchBackend.terminate_job = with_children(BatchBackend.terminate_job)
    run_simple(options.host, options.port, Application(), threaded=True)


if __name__ == "__main__":
    main()
