"""The behaviour of Glue on which Playlake relies.

https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html
https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawler.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from virtual_time import passing

if TYPE_CHECKING:
    from tests.conformance.conftest import Aws

DAY = ["2026-11-21"]
PARTITION: dict[str, Any] = {
    "Values": DAY,
    "StorageDescriptor": {
        "Columns": [{"Name": "a", "Type": "string"}],
        "Location": "s3://synthetic/day=2026-11-21/",
    },
}


async def test_a_partition_is_created_and_read(aws: Aws) -> None:
    table = await aws.table()
    answer = await aws.glue.batch_create_partition(**table, PartitionInputList=[PARTITION])
    assert not answer.get("Errors")
    found = (await aws.glue.get_partition(**table, PartitionValues=DAY))["Partition"]
    assert found["Values"] == DAY
    assert [each["Name"] for each in found["StorageDescriptor"]["Columns"]] == ["a"]


async def test_a_partition_that_exists_is_an_error_of_a_successful_answer(aws: Aws) -> None:
    table = await aws.table()
    other = {**PARTITION, "Values": ["2026-11-22"]}
    await aws.glue.batch_create_partition(**table, PartitionInputList=[PARTITION])
    answer = await aws.glue.batch_create_partition(**table, PartitionInputList=[PARTITION, other])
    [error] = answer["Errors"]
    assert error["PartitionValues"] == DAY
    assert error["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"
    await aws.glue.get_partition(**table, PartitionValues=["2026-11-22"])


async def test_a_partition_can_be_replaced(aws: Aws) -> None:
    table = await aws.table()
    await aws.glue.batch_create_partition(**table, PartitionInputList=[PARTITION])
    columns = [{"Name": "a", "Type": "string"}, {"Name": "b", "Type": "string"}]
    described = {**PARTITION["StorageDescriptor"], "Columns": columns}
    entry = {
        "PartitionValueList": DAY,
        "PartitionInput": {**PARTITION, "StorageDescriptor": described},
    }
    answer = await aws.glue.batch_update_partition(**table, Entries=[entry])
    assert not answer.get("Errors")
    found = (await aws.glue.get_partition(**table, PartitionValues=DAY))["Partition"]
    assert [each["Name"] for each in found["StorageDescriptor"]["Columns"]] == ["a", "b"]


async def test_what_is_missing_is_named_by_its_code(aws: Aws) -> None:
    table = await aws.table()
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        await aws.glue.get_partition(**table, PartitionValues=DAY)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        await aws.glue.get_crawler(Name="missing")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        await aws.glue.start_crawler(Name="missing")


async def test_a_crawler_that_never_ran_has_no_last_crawl(aws: Aws) -> None:
    found = (await aws.glue.get_crawler(Name=await aws.crawler()))["Crawler"]
    assert found["State"] == "READY"
    assert not found.get("LastCrawl")


async def test_a_running_crawler_is_not_started_again(aws: Aws) -> None:
    name = await aws.crawler()
    await aws.glue.start_crawler(Name=name)
    await passing(seconds=0.1)
    assert (await aws.glue.get_crawler(Name=name))["Crawler"]["State"] == "RUNNING"
    with pytest.raises(ClientError, match="CrawlerRunningException"):
        await aws.glue.start_crawler(Name=name)
