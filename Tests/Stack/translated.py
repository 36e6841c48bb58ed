"""template.yaml as CloudFormation gets it, from AWS's own translator (aws-sam-translator)."""
import copy
import functools
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "scripts"), str(ROOT / "scripts" / "local")]

from template import resolve  # noqa: E402

REGION = "us-east-1"
ACCOUNT = "123456789012"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::StackName": "reelpress"}
IMAGE = "public.ecr.aws/example/reelpress:0.1.0"
# `sam package` replaces the folder by this.
CODE = {"Bucket": "code", "Key": "trigger.zip"}


class NoManagedPolicies:
    """The template uses none of AWS's managed policies, so the translator needs no list of them."""

    def load(self):
        return {}


@functools.cache
def source():
    """The template as it is written; intrinsic functions in their long form."""
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse((ROOT / "template.yaml").read_text())


@functools.cache
def _translation():
    from samtranslator.translator.transform import transform

    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    template = copy.deepcopy(source())
    template["Resources"]["TriggerFunction"]["Properties"]["CodeUri"] = f"s3://{CODE['Bucket']}/{CODE['Key']}"
    return transform(template, {"WorkerImage": IMAGE}, NoManagedPolicies())


def template():
    """A copy of the translated template."""
    return copy.deepcopy(_translation())
