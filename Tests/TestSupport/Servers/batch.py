"""AWS Batch as boto3 sees it, on a moto server: `batch.py ORIGIN setup` makes the queue `encode` and the definition
`worker`; `batch.py ORIGIN job ID` prints DescribeJobs' entry of a job, as JSON; `batch.py ORIGIN names` all jobs' names."""
import json
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))

from harness.aws import AWS  # noqa: E402

origin, command, *arguments = sys.argv[1:]
aws = AWS(origin)
if command == "setup":
    aws.job_queue("encode")
    aws.job_definition("worker")
elif command == "job":
    print(json.dumps(aws.client("batch").describe_jobs(jobs=arguments)["jobs"][0], default=str))
else:
    everything = [{"name": "JOB_NAME", "values": ["*"]}]
    jobs = aws.client("batch").list_jobs(jobQueue="encode", filters=everything)["jobSummaryList"]
    print(json.dumps(sorted(job["jobName"] for job in jobs)))
