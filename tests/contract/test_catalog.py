"""A new day of a table is registered at once; only one crawl runs at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from virtual_time import passing

from playlake_contracts.hive import PARTITION_PARAMETERS, Column, columns, storage_descriptor
from playlake_contracts.keys import table_prefix
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from observed_aws import ObservedGlueCatalog
    from twins.transformer import MemoryCatalog

    from playlake_transformer.ports import Crawler

    AnyCatalog = MemoryCatalog | ObservedGlueCatalog


pytestmark = pytest.mark.asyncio(loop_factories=["memory", "aws"])


async def test_a_registered_day_is_in_the_catalog(catalog: AnyCatalog) -> None:
    await catalog.register("tracks", "2026-11-21")
    assert ("tracks", "2026-11-21") in catalog.days
    assert ("tracks", "2026-11-22") not in catalog.days


async def test_registering_a_day_twice_or_concurrently_is_harmless(catalog: AnyCatalog) -> None:
    await asyncio.gather(*(catalog.register("albums", "2026-11-21") for _ in range(4)))
    await catalog.register("albums", "2026-11-21")
    assert ("albums", "2026-11-21") in catalog.days


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_day_that_another_process_registered_is_a_success(
    catalog: ObservedGlueCatalog,
) -> None:
    await catalog.register("artists", "2026-11-22")
    catalog._registered.clear()
    await catalog.register("artists", "2026-11-22")
    found = catalog.aws.glue.get_partitions(
        DatabaseName=catalog.database,
        TableName="artists",
        Expression="day = '2026-11-22'",
    )
    days = [partition["Values"] for partition in found["Partitions"]]
    assert days.count(["2026-11-22"]) == 1


@pytest.mark.asyncio(loop_factories=["aws"])
@pytest.mark.parametrize("table", TABLES)
async def test_a_partition_has_all_columns_and_its_location(
    catalog: ObservedGlueCatalog, table: str
) -> None:
    await catalog.register(table, "2026-11-30")
    partition = catalog.aws.glue.get_partition(
        DatabaseName=catalog.database, TableName=table, PartitionValues=["2026-11-30"]
    )["Partition"]
    stored = partition["StorageDescriptor"]
    assert partition["Parameters"] == PARTITION_PARAMETERS
    assert stored["Columns"] == columns(TABLES[table])
    assert stored["Location"] == f"s3://{catalog.bucket}/{table_prefix(table)}day=2026-11-30/"
    assert stored["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_day_that_was_registered_with_fewer_columns_gets_the_new_ones(
    catalog: ObservedGlueCatalog,
) -> None:
    columns_of_day = columns(TABLES["albums"])[:-2]
    assert await _columns_after_registering(catalog, columns_of_day) == columns(TABLES["albums"])


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_day_that_a_newer_version_registered_keeps_its_columns(
    catalog: ObservedGlueCatalog,
) -> None:
    newer = [*columns(TABLES["albums"]), Column(Name="synthetic", Type="string", Comment="")]
    assert await _columns_after_registering(catalog, newer) == newer


async def _columns_after_registering(
    catalog: ObservedGlueCatalog, existing: list[Column]
) -> object:
    """Create a partition with columns, register its day, and return its columns then."""
    day = f"2026-10-{len(existing)}"
    descriptor = storage_descriptor(TABLES["albums"], f"s3://{catalog.bucket}/curated/albums/")
    descriptor["Columns"] = existing
    catalog.aws.glue.create_partition(
        DatabaseName=catalog.database,
        TableName="albums",
        PartitionInput={"Values": [day], "StorageDescriptor": descriptor},  # type: ignore[typeddict-item]  # Glue's own shape
    )
    await catalog.register("albums", day)
    partition = catalog.aws.glue.get_partition(
        DatabaseName=catalog.database, TableName="albums", PartitionValues=[day]
    )["Partition"]
    return partition["StorageDescriptor"]["Columns"]


async def test_a_crawler_that_never_ran_has_changed_and_not_crawled(idle_crawler: Crawler) -> None:
    state = await idle_crawler.state()
    assert state.changed_at.tzinfo is not None
    assert state.crawled_at is None


async def test_a_running_crawler_is_not_started_again(idle_crawler: Crawler) -> None:
    assert await idle_crawler.start() is True
    assert await idle_crawler.start() is False
    await passing(seconds=1)
    assert await idle_crawler.start() is False
