"""Prints one object's properties as botocore reads them, as JSON: argument 1 is a file with endpoint, key id, secret, bucket, key."""
import json
import sys

import boto3

settings = json.load(open(sys.argv[1], encoding="utf-8"))
client = boto3.client(
    "s3", endpoint_url=settings["endpoint"], region_name="us-east-1", aws_access_key_id=settings["id"],
    aws_secret_access_key=settings["secret"])
place = {"Bucket": settings["bucket"], "Key": settings["key"]}
found = client.head_object(**place)
tags = client.get_object_tagging(**place)["TagSet"]
print(json.dumps({
    "type": found.get("ContentType"), "class": found.get("StorageClass"), "metadata": found["Metadata"],
    "encryption": found.get("ServerSideEncryption"), "kms": found.get("SSEKMSKeyId"), "size": found["ContentLength"],
    "tags": {tag["Key"]: tag["Value"] for tag in tags}}))
