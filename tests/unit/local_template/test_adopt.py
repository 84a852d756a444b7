"""Buckets that a crash has left without a stack begin the stack anew."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from playlake_local.adopt import adopt_buckets

JOINED = {"Fn::Join": ["", ["lake-raw-", {"Ref": "AWS::AccountId"}, "-", {"Ref": "AWS::Region"}]]}
TEMPLATE = {
    "Resources": {
        "Raw": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": JOINED}},
        "Curated": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lake-curated"}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "lake-raw-1-us"}},
    }
}


class CloudFormation:
    """Records what it is asked for, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.asked: dict[str, Any] = {}

    def create_change_set(self, **asked: object) -> None:
        self.calls.append("create")
        self.asked = asked

    def get_waiter(self, _: str) -> CloudFormation:
        return self

    def wait(self, **_: object) -> None:
        self.calls.append("wait")

    def execute_change_set(self, **_: object) -> None:
        self.calls.append("execute")


@pytest.mark.parametrize(
    ("existing", "adopted"),
    [
        (["lake-raw-000-us-east-1", "templates"], {"Raw": "lake-raw-000-us-east-1"}),
        (
            ["lake-curated", "lake-raw-000-us-east-1"],
            {"Raw": "lake-raw-000-us-east-1", "Curated": "lake-curated"},
        ),
        (["lake-curated", "lake-curated-of-somebody"], {"Curated": "lake-curated"}),
    ],
)
def test_the_templates_buckets_that_exist_are_imported(
    existing: list[str], adopted: dict[str, str]
) -> None:
    client = CloudFormation()
    assert adopt_buckets(cast("Any", client), "lake", TEMPLATE, existing)
    assert client.calls == ["create", "wait", "execute"]
    assert client.asked["ChangeSetType"] == "IMPORT"
    named = {
        each["LogicalResourceId"]: each["ResourceIdentifier"]["BucketName"]
        for each in client.asked["ResourcesToImport"]
    }
    assert named == adopted
    resources = json.loads(client.asked["TemplateBody"])["Resources"]
    assert {name: each["Properties"]["BucketName"] for name, each in resources.items()} == adopted
    assert {each["DeletionPolicy"] for each in resources.values()} == {"Retain"}


@pytest.mark.parametrize("existing", [[], ["templates", "my-lake-curated", "lake-raw-"]])
def test_where_none_exists_nothing_is_asked_for(existing: list[str]) -> None:
    client = CloudFormation()
    assert not adopt_buckets(cast("Any", client), "lake", TEMPLATE, existing)
    assert client.calls == []
