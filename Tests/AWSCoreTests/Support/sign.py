"""Signs the requests of a JSON array on standard input with botocore; prints an Authorization header a line."""
import datetime
import json
import sys

import botocore.auth
import botocore.compat
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for case in json.load(open(sys.argv[1], encoding="utf-8")):
    now = datetime.datetime.strptime(case["time"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now
    request = AWSRequest(method=case["method"], url=case["url"], headers=case["headers"], data=case["body"].encode())
    signer = botocore.auth.S3SigV4Auth if case["s3"] else botocore.auth.SigV4Auth
    request.context["payload_signing_enabled"] = True
    signer(Credentials("AKID", "se/cr+et", case["token"]), "s3" if case["s3"] else "batch", "eu-central-1").add_auth(request)
    print(request.headers["Authorization"])
