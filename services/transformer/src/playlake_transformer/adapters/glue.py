"""Glue: registers partitions and starts crawls."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from playlake_contracts.hive import PARTITION_PARAMETERS, storage_descriptor
from playlake_contracts.keys import partition_prefix
from playlake_contracts.tables import TABLES
from playlake_transformer.adapters.aws import aws_call, error_code
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import CrawlerState

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_aiobotocore_glue import GlueClient
    from types_aiobotocore_glue.type_defs import (
        BatchUpdatePartitionRequestEntryTypeDef,
        ErrorDetailTypeDef,
        PartitionInputTypeDef,
    )

_RUNNING = frozenset({"CrawlerRunningException", "CrawlerStoppingException"})
_EXISTS = "AlreadyExistsException"
# https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html
_THROTTLED = frozenset({"ThrottlingException", "Throttling", "RequestLimitExceeded"})


def watch_throttling(client: GlueClient, note: Callable[[], None]) -> None:
    """Call `note` for every answer with a throttling error; the client itself retries some."""

    def look(parsed_response: dict[str, Any] | None, **_: object) -> None:
        code = (parsed_response or {}).get("Error", {}).get("Code")
        if code in _THROTTLED:
            note()

    client.meta.events.register("response-received.glue", look)


@dataclass(frozen=True, slots=True)
class GlueCatalog:
    """The tables of a Glue database. It remembers the partitions that it has registered."""

    client: GlueClient
    database: str
    bucket: str
    _registered: set[tuple[str, str]] = field(default_factory=set)
    _locks: dict[tuple[str, str], asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def register(self, table: str, snapshot_date: str) -> None:
        """Register a day of a table, once per process; others wait for the first that asks.

        If the day is registered with fewer columns than the table has now, its partition gets the
        new columns.
        """
        day = table, snapshot_date
        if day in self._registered:
            return
        async with self._locks[day]:
            if day not in self._registered:
                await self._register(table, snapshot_date)
                self._registered.add(day)

    async def _register(self, table: str, snapshot_date: str) -> None:
        location = f"s3://{self.bucket}/{partition_prefix(table, snapshot_date)}"
        partition = cast(
            "PartitionInputTypeDef",
            {
                "Values": [snapshot_date],
                "StorageDescriptor": storage_descriptor(TABLES[table], location),
                "Parameters": dict(PARTITION_PARAMETERS),
            },
        )
        with aws_call(f"register {table} of {snapshot_date}"):
            if not await self._create(table, partition):
                await self._update(table, partition)

    async def _create(self, table: str, partition: PartitionInputTypeDef) -> bool:
        """Create a partition; return False if it exists."""
        answer = await self.client.batch_create_partition(
            DatabaseName=self.database, TableName=table, PartitionInputList=[partition]
        )
        details = [error.get("ErrorDetail", {}) for error in answer.get("Errors", ())]
        _check(table, [detail for detail in details if detail.get("ErrorCode") != _EXISTS])
        return not details

    async def _update(self, table: str, partition: PartitionInputTypeDef) -> None:
        """Update an existing partition if it lacks columns of its table.

        A partition with more columns is left alone, because a newer version registered it.
        """
        values = list(partition["Values"])
        existing = await self.client.get_partition(
            DatabaseName=self.database, TableName=table, PartitionValues=values
        )
        descriptor = existing["Partition"].get("StorageDescriptor", {})
        existing_names = {column["Name"] for column in descriptor.get("Columns", ())}
        if not existing_names.issuperset(TABLES[table].schema.names):
            entry: BatchUpdatePartitionRequestEntryTypeDef = {
                "PartitionValueList": values,
                "PartitionInput": partition,
            }
            answer = await self.client.batch_update_partition(
                DatabaseName=self.database, TableName=table, Entries=[entry]
            )
            _check(table, [error.get("ErrorDetail", {}) for error in answer.get("Errors", ())])


def _check(table: str, errors: list[ErrorDetailTypeDef]) -> None:
    if errors:
        raise AwsUnavailableError(f"register a day of {table}: {errors[0]}")


@dataclass(frozen=True, slots=True)
class GlueCrawler:
    """A Glue crawler."""

    client: GlueClient
    name: str

    async def state(self) -> CrawlerState:
        """What the crawler did last."""
        with aws_call(f"look at crawler {self.name}"):
            found = (await self.client.get_crawler(Name=self.name))["Crawler"]
        # Glue leaves out the last crawl before the first one.
        last = found.get("LastCrawl") or {}
        return CrawlerState(changed_at=found["LastUpdated"], crawled_at=last.get("StartTime"))

    async def start(self) -> bool:
        """Start a crawl; return False if one is already running."""
        with aws_call(f"start crawler {self.name}"):
            try:
                await self.client.start_crawler(Name=self.name)
            except ClientError as error:
                if error_code(error) in _RUNNING:
                    return False
                raise
        return True
