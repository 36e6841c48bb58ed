"""Events of AWS as the stack gets them: "Event message structure", Amazon S3 User Guide; "Job state change events", AWS
Batch User Guide."""
import datetime
import itertools
import time
import urllib.parse
import uuid

_count = itertools.count(1)


def complete(message, s3):
    """moto's message with all fields of AWS's.

    s3: a client, to look the object's version up.
    """
    return {"Records": [_record(record, s3) for record in message["Records"]]}


def _record(record, s3):
    upload = record["s3"]
    bucket, item = upload["bucket"]["name"], upload["object"]
    key = urllib.parse.unquote_plus(item["key"])
    entry = {
        # S3 encodes all but slashes.
        "key": urllib.parse.quote_plus(key, safe="/*"), "size": item["size"], "eTag": item["eTag"],
        # Grows with each write, so that two events of one key can be put in order.
        "sequencer": f"{time.time_ns() // 1000:014X}{next(_count) & 0xFFFF:04X}",
    }
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
        versions = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
        entry["versionId"] = next(
            version["VersionId"] for version in versions
            if version["Key"] == key and version["ETag"].strip('"') == item["eTag"])
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": record["awsRegion"],
        "eventTime": record["eventTime"][:23] + "Z",
        "eventName": record["eventName"],
        "userIdentity": {"principalId": "AWS:LOCAL"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "LOCAL", "x-amz-id-2": "LOCAL"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": upload["configurationId"],
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": "LOCAL"}, "arn": f"arn:aws:s3:::{bucket}"},
            "object": entry,
        },
    }


def failed_job(details):
    """EventBridge's event of a job that failed.

    details: of DescribeJobs.
    """
    _, _, _, region, account, _ = details["jobArn"].split(":", 5)
    names = (
        "jobArn", "jobName", "jobId", "jobQueue", "status", "statusReason", "attempts", "createdAt", "jobDefinition",
        "container")
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Batch Job State Change",
        "source": "aws.batch",
        "account": account,
        "time": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [details["jobArn"]],
        "detail": {name: details[name] for name in names if name in details},
    }
