"""The names of everything that the lake has on AWS."""

from __future__ import annotations

from dataclasses import dataclass

from playlake_contracts import keys
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX, ResourceNames

# MiniStack's one account.
ACCOUNT = "000000000000"
REGION = "us-east-1"
_NAMES = ResourceNames("playlake")


@dataclass(frozen=True, slots=True)
class Resources:
    """The lake's buckets, queues, catalog and workgroup, by the names that the template gives."""

    raw_bucket: str = _NAMES.raw_bucket(ACCOUNT, REGION)
    curated_bucket: str = _NAMES.curated_bucket(ACCOUNT, REGION)
    queue: str = _NAMES.queue
    dead_letter_queue: str = _NAMES.dead_letter_queue
    glue_database: str = _NAMES.glue_database
    crawler: str = _NAMES.crawler
    workgroup: str = _NAMES.workgroup

    @property
    def results_location(self) -> str:
        """Where Athena keeps the results of queries."""
        return f"s3://{self.curated_bucket}/{QUERY_RESULTS_PREFIX}"

    def table_location(self, table: str) -> str:
        """Where the Parquet files of a table are."""
        return f"s3://{self.curated_bucket}/{keys.table_prefix(table)}"
