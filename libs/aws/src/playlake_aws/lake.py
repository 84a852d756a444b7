"""A lake on AWS: its objects are on S3, its rows are queried through Athena."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from playlake_aws.athena import Database, run_sql
from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.errors import explained
from playlake_aws.places import places_on_aws
from playlake_aws.queues import queue_depth
from playlake_aws.s3_store import S3Store
from playlake_contracts.keys import IN_FORCE_KEY, RAW_PREFIX, RawKey
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_lake.compaction.in_force import decode_in_force
from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import QueryError
from playlake_lake.literals import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_athena import AthenaClient

    from playlake_aws.clients import Aws
    from playlake_aws.deployment import Deployment
    from playlake_lake.days import Days
    from playlake_lake.literals import Value
    from playlake_lake.results import Result

_COMMENTS: Final = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_READS: Final = re.compile(
    rf"{_COMMENTS}(?:explain{_COMMENTS})?(?:select|with|values|table|show|describe|\()",
    re.IGNORECASE | re.DOTALL,
)


class Queues(NamedTuple):
    """About how many messages wait, are being transformed, and are dead letters."""

    waiting: int
    in_flight: int
    dead: int


class Crawler(NamedTuple):
    """A crawler: its state and that of its last crawl, in lower case, and when that began."""

    state: str
    last: str
    crawled_at: datetime | None


class Stored(NamedTuple):
    """An object: its key, its ETag, and when it was written."""

    key: str
    etag: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AwsLake:
    """A lake on AWS; every method may raise a `LakeError`.

    Attributes:
        deployment: whose lake it is.
        aws: the clients.
    """

    deployment: Deployment
    aws: Aws

    @classmethod
    def open(cls, deployment: Deployment) -> Self:
        """The lake of a deployment, with the credentials of the environment."""
        return cls(deployment, AwsOfEnvironment(deployment.region))

    @property
    def place(self) -> str:
        """The address of its raw bucket."""
        return str(self.deployment)

    @property
    def store(self) -> S3Store:
        """Its objects, as compaction and readers of compacted files use them.

        Its methods raise errors of botocore.
        """
        return S3Store(self.aws.s3, self.deployment.raw_bucket, self.deployment.curated_bucket)

    def query(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> Result:
        """The result of a SELECT over the registered rows, by Athena.

        Args:
            sql: the SELECT.
            values: the values of its parameters, whose names have a dollar sign in the SQL.
            days: the days that it reads, if that is known. The SQL bounds them itself.
        """
        if _READS.match(sql) is None:
            raise QueryError("the lake is read-only here: give a SELECT")
        with explained(self.place):
            places = places_on_aws(self.store, self.deployment.names.compacted_database, sql, days)
            return run_sql(self, sql, values, places=places)

    def has_history(self) -> bool:
        """Whether a compaction has made the tables of the history."""
        with explained(self.place):
            return bool(decode_in_force(self.store.read(IN_FORCE_KEY)).history)

    def raw_keys(self, prefix: str = RAW_PREFIX) -> Iterator[RawKey]:
        """The keys of the raw objects under a prefix, in order."""
        for key in self.keys(self.deployment.raw_bucket, prefix):
            with suppress(ValueError):  # somebody else's object
                yield RawKey.parse(key)

    def read(self, key: str) -> bytes:
        """The bytes of a raw object."""
        return self.get(self.deployment.raw_bucket, key)

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys in a bucket under a prefix, in order."""
        return (each.key for each in self.stored(bucket, prefix))

    def stored(self, bucket: str, prefix: str, after: str = "") -> Iterator[Stored]:
        """The objects in a bucket under a prefix, in the order of their keys.

        Args:
            bucket: the bucket.
            prefix: what their keys begin with.
            after: those up to this key are neither listed nor paid for.
        """
        with explained(self.place):
            pages = self.aws.s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix, StartAfter=after
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    yield Stored(found["Key"], found["ETag"], found["LastModified"])

    def get(self, bucket: str, key: str) -> bytes:
        """The bytes of an object."""
        with explained(self.place):
            return self.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def queues(self) -> Queues:
        """About how many messages are in its queues."""
        names = self.deployment.names
        with explained(self.place):
            waiting, hidden = queue_depth(self.aws, self.queue_url(names.queue))
            dead, held = queue_depth(self.aws, self.queue_url(names.dead_letter_queue))
        return Queues(waiting, hidden, dead + held)

    def overwrites(self) -> int | None:
        """About how many raw objects wait for the overwriter, or are being transformed by it."""
        queue = self.deployment.names.overwrites_queue
        with explained(self.place):
            return sum(queue_depth(self.aws, self.queue_url(queue)))

    def crawler(self) -> Crawler:
        """What its crawler does."""
        with explained(self.place):
            found = self.aws.glue.get_crawler(Name=self.deployment.names.crawler)["Crawler"]
        last = found.get("LastCrawl", {})
        return Crawler(
            found["State"].lower(), last.get("Status", "never").lower(), last.get("StartTime")
        )

    def crawl(self) -> bool:
        """Start its crawler; False if that runs already."""
        glue = self.aws.glue
        with explained(self.place):
            try:
                glue.start_crawler(Name=self.deployment.names.crawler)
            except glue.exceptions.CrawlerRunningException:
                return False
        return True

    def queue_url(self, queue: str) -> str:
        """The URL of a queue by its name."""
        return self.aws.sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    @property
    def athena(self) -> AthenaClient:
        """Athena."""
        return self.aws.athena

    @property
    def database(self) -> Database:
        """Where queries run."""
        names = self.deployment.names
        results = f"s3://{self.deployment.curated_bucket}/{QUERY_RESULTS_PREFIX}"
        return Database(names.glue_database, names.workgroup, results)
