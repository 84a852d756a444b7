"""The names of everything that the lake has on AWS."""

from __future__ import annotations

from dataclasses import dataclass

from playlake_contracts import keys

# MiniStack's one account.
ACCOUNT = "000000000000"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Resources:
    """The lake's buckets, queues, catalog and workgroup, by the names that the template gives."""

    raw_bucket: str = f"playlake-raw-{ACCOUNT}-{REGION}"
    curated_bucket: str = f"playlake-curated-{ACCOUNT}-{REGION}"
    queue: str = "playlake-raw-events"
    dead_letter_queue: str = "playlake-raw-events-dlq"
    glue_database: str = "playlake"
    crawler: str = "playlake-curated"
    workgroup: str = "playlake"

    @property
    def results_location(self) -> str:
        """Where Athena keeps the results of queries."""
        return f"s3://{self.curated_bucket}/athena-results/"

    def table_location(self, table: str) -> str:
        """Where the Parquet files of a table are."""
        return f"s3://{self.curated_bucket}/{keys.table_prefix(table)}"
