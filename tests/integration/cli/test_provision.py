"""What provisioning makes, and that a second time changes nothing."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from playlake.local_aws.provision import PRESET, provision
from playlake.project import Project
from playlake_contracts.hive import partition_keys, storage_descriptor
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws import LocalAws

TEMPLATES = Project.find(os.environ).templates
# What the template sets: a transformer that is killed burns a receive of whatever it held.
RECEIVES = 1_000


def queue_attributes(aws: LocalAws, queue_url: str) -> dict[str, str]:
    found = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
    return {str(name): text for name, text in found["Attributes"].items()}


def waiting(aws: LocalAws) -> int:
    return int(queue_attributes(aws, aws.queue_url)["ApproximateNumberOfMessages"])


def test_a_second_time_adds_nothing(local_aws: LocalAws) -> None:
    before = waiting(local_aws)
    provision(local_aws, TEMPLATES)
    assert waiting(local_aws) == before


def test_a_raw_object_raises_an_event_and_nothing_else_does(local_aws: LocalAws) -> None:
    names = local_aws.resources
    local_aws.sqs.purge_queue(QueueUrl=local_aws.queue_url)
    local_aws.s3.put_object(Bucket=names.raw_bucket, Key="state/synthetic.json", Body=b"{}")
    local_aws.s3.put_object(Bucket=names.raw_bucket, Key="raw/synthetic.json", Body=b"{}")
    found = local_aws.sqs.receive_message(
        QueueUrl=local_aws.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=2
    )
    (message,) = found["Messages"]
    (record,) = json.loads(message["Body"])["Records"]
    assert record["s3"]["object"]["key"] == "raw/synthetic.json"
    assert record["s3"]["object"]["versionId"]


def test_a_message_that_fails_too_often_goes_to_the_dead_letters(local_aws: LocalAws) -> None:
    redrive = json.loads(queue_attributes(local_aws, local_aws.queue_url)["RedrivePolicy"])
    dead = queue_attributes(local_aws, local_aws.dead_letter_queue_url)
    assert redrive == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": RECEIVES}
    assert dead["MessageRetentionPeriod"] == str(14 * 24 * 3600)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_in_the_catalog(local_aws: LocalAws, name: str) -> None:
    database = local_aws.resources.glue_database
    found = local_aws.glue.get_table(DatabaseName=database, Name=name)["Table"]
    location = local_aws.resources.table_location(name)
    assert found["StorageDescriptor"] == storage_descriptor(TABLES[name], location)
    assert found["PartitionKeys"] == partition_keys()
    assert found["Parameters"]["classification"] == "parquet"
    assert found["TableType"] == "EXTERNAL_TABLE"


def test_a_table_of_an_older_version_gets_its_new_columns(
    local_aws: LocalAws, tmp_path: Path
) -> None:
    database = local_aws.resources.glue_database
    older = json.loads((TEMPLATES / f"{PRESET}.json").read_text(encoding="utf-8"))
    for resource in older["Resources"].values():
        if resource["Type"] == "AWS::Glue::Table":
            resource["Properties"]["TableInput"]["StorageDescriptor"]["Columns"].pop()
    (tmp_path / f"{PRESET}.json").write_text(json.dumps(older), encoding="utf-8")

    def columns() -> int:
        found = local_aws.glue.get_table(DatabaseName=database, Name="artists")["Table"]
        return len(found["StorageDescriptor"]["Columns"])

    now = columns()
    provision(local_aws, tmp_path)
    assert columns() == now - 1
    provision(local_aws, TEMPLATES)
    assert columns() == now


def test_the_crawler_looks_at_every_table(local_aws: LocalAws) -> None:
    crawler = local_aws.glue.get_crawler(Name="playlake-curated")["Crawler"]
    assert crawler["Targets"]["CatalogTargets"] == [
        {"DatabaseName": "playlake", "Tables": list(TABLES)}
    ]
