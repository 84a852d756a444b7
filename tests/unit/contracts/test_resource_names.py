"""The template and the command use the same names of resources."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from playlake.local_aws.resources import ACCOUNT, REGION, Resources
from playlake_contracts.resource_names import ResourceNames

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "infra" / "template" / "standard.json"
COMPOSE = ROOT / "docker-compose.yml"
NAMED_BY = {
    "AWS::Athena::WorkGroup": "Name",
    "AWS::Glue::Crawler": "Name",
    "AWS::Glue::Database": "DatabaseInput",
}


def test_the_local_template_uses_the_resource_names_of_the_command() -> None:
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    names = {
        (resource["Type"], _resolved(resource["Properties"].get(NAMED_BY[resource["Type"]])))
        for resource in template["Resources"].values()
        if resource["Type"] in NAMED_BY
    }
    assert names == {
        ("AWS::Athena::WorkGroup", Resources().workgroup),
        ("AWS::Glue::Crawler", Resources().crawler),
        ("AWS::Glue::Database", Resources().glue_database),
        ("AWS::Glue::Database", ResourceNames("playlake").compacted_database),
    }
    named = {
        _resolved(resource["Properties"].get("BucketName") or resource["Properties"]["QueueName"])
        for resource in template["Resources"].values()
        if resource["Type"] in ("AWS::S3::Bucket", "AWS::SQS::Queue")
    }
    assert named == {
        Resources().raw_bucket,
        Resources().curated_bucket,
        Resources().queue,
        Resources().dead_letter_queue,
        ResourceNames("playlake").overwrites_queue,
        "playlake-failed-starts",
    }


def test_the_compose_file_uses_the_names_of_the_local_stack() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    values = dict(re.findall(r"^ +PLAYLAKE_(\w+): (\S+)$", text, re.MULTILINE))
    assert values["RAW_BUCKET"] == Resources().raw_bucket
    assert values["CURATED_BUCKET"] == Resources().curated_bucket
    assert values["QUEUE_URL"].endswith(f"/{ACCOUNT}/{Resources().queue}")
    assert values["DEAD_LETTER_QUEUE_URL"].endswith(f"/{ACCOUNT}/{Resources().dead_letter_queue}")
    assert values["GLUE_DATABASE"] == Resources().glue_database
    assert values["CRAWLER_NAME"] == Resources().crawler


@pytest.mark.parametrize(("deployment", "database"), [("playlake", "playlake"), ("a-b-c", "a_b_c")])
def test_a_database_has_no_hyphens(deployment: str, database: str) -> None:
    assert ResourceNames(deployment).glue_database == database


def test_buckets_are_named_by_deployment_account_and_region() -> None:
    names = ResourceNames("lake")
    assert names.raw_bucket("1", "eu-west-1") == "lake-raw-1-eu-west-1"
    assert names.curated_bucket("1", "eu-west-1") == "lake-curated-1-eu-west-1"


def _resolved(value: Any) -> Any:  # noqa: ANN401  any value of a template
    match value:
        case {"Ref": name}:
            return {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION}[name]
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(_resolved, parts))
        case {"Name": name}:
            return name
        case _:
            return value
