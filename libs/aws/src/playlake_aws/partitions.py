"""The partitions of a deployment's tables in the Glue Data Catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy_boto3_glue import GlueClient

_GONE: Final = "EntityNotFoundException"


@dataclass(frozen=True, slots=True)
class GluePartitions:
    """The partitions by day; implements `retention.expire.Partitions`.

    Attributes:
        glue: the client.
        database: the database of the tables.

    Every method may raise an error of botocore.
    """

    glue: GlueClient
    database: str

    def days(self, table: str) -> set[str]:
        """The days of which a table has a partition; none if there is no such table."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=self.database, TableName=table, ExcludeColumnSchema=True
        )
        try:
            return {each["Values"][0] for page in pages for each in page["Partitions"]}
        except ClientError as error:
            if error.response["Error"]["Code"] == _GONE:
                return set()
            raise

    def drop(self, table: str, days: Collection[str]) -> None:
        """Remove the partitions of days from a table; one that is gone already is no error."""
        for day in sorted(days):
            try:
                self.glue.delete_partition(
                    DatabaseName=self.database, TableName=table, PartitionValues=[day]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != _GONE:
                    raise
