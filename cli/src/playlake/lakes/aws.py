"""A lake on AWS: its objects are on S3, its rows are queried through Athena.

AWS's own environment variables and files give credentials, profile and endpoint.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from playlake.errors import CommandError
from playlake.lakes.athena import Database, run_sql
from playlake.lakes.lake import Condition
from playlake.lakes.parameters import NO_VALUES
from playlake.local_aws.backlog import queue_depth
from playlake_contracts.aws_answers import NotAwsError, refuse_others
from playlake_contracts.keys import RAW_PREFIX, RawKey
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_extractor.public import S3RawStore, S3StateStore
from playlake_lake.days import EVERY_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from playlake.lakes.parameters import Value
    from playlake.lakes.places import Deployment
    from playlake.lakes.results import Result
    from playlake_lake.days import Days

_COMMENTS: Final = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_READS: Final = re.compile(
    rf"{_COMMENTS}(?:explain{_COMMENTS})?(?:select|with|values|table|show|describe|\()",
    re.IGNORECASE | re.DOTALL,
)
_CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    # The bucket is in the path, so that an endpoint without wildcard names works as well.
    s3={"addressing_style": "path"},
)


class Aws(Protocol):
    """The clients of the services that a lake uses."""

    @property
    def s3(self) -> S3Client:
        """S3."""

    @property
    def sqs(self) -> SQSClient:
        """SQS."""

    @property
    def glue(self) -> GlueClient:
        """The Glue Data Catalog and its crawlers."""

    @property
    def athena(self) -> AthenaClient:
        """Athena."""


@dataclass(frozen=True)  # without slots: a client is made when it is first needed, and kept
class AwsOfEnvironment:
    """The clients that the environment of the command configures; implements `Aws`."""

    region: str

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", config=_CONFIG)

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        return self._session.client("sqs", config=_CONFIG)

    @cached_property
    def glue(self) -> GlueClient:
        """The Glue Data Catalog and its crawlers."""
        return self._session.client("glue", config=_CONFIG)

    @cached_property
    def athena(self) -> AthenaClient:
        """Athena."""
        return self._session.client("athena", config=_CONFIG)

    @cached_property
    def _session(self) -> boto3.Session:
        session = boto3.Session(region_name=self.region)
        refuse_others(session.events)
        return session


@dataclass(frozen=True, slots=True)
class AwsLake:
    """A lake on AWS; implements `lake.Lake`."""

    deployment: Deployment
    aws: Aws

    @classmethod
    def open(cls, deployment: Deployment) -> AwsLake:
        """The lake of a deployment, with the credentials of the environment."""
        return cls(deployment, AwsOfEnvironment(deployment.region))

    @property
    def place(self) -> str:
        """The address of its raw bucket."""
        return str(self.deployment)

    @property
    def is_synthetic(self) -> bool:
        """A lake on AWS is not marked."""
        return False

    def query(
        self,
        sql: str,
        values: Mapping[str, Value] = NO_VALUES,
        days: Days = EVERY_DAY,  # noqa: ARG002 - Athena finds the days in the SQL
    ) -> Result:
        """The result of a SELECT over the registered rows, by Athena; see `lake.Lake`."""
        if _READS.match(sql) is None:
            raise CommandError("the lake is read-only here: give a SELECT")
        with explained(self.place):
            return run_sql(self, sql, values)

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
        with explained(self.place):
            pages = self.aws.s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix
            )
            yield from (found["Key"] for page in pages for found in page.get("Contents", ()))

    def get(self, bucket: str, key: str) -> bytes:
        """The bytes of an object."""
        with explained(self.place):
            return self.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def raw_store(self) -> S3RawStore:
        """Where the extractor lands raw objects."""
        return S3RawStore(self.aws.s3, self.deployment.raw_bucket)

    def state_store(self, key: str) -> S3StateStore:
        """Where the extractor keeps the state under a key."""
        return S3StateStore(self.aws.s3, self.deployment.raw_bucket, key)

    def settings(self) -> Mapping[str, str]:
        """The environment variables that send the extractor to this lake: AWS's own, too."""
        aws = {name: text for name, text in os.environ.items() if name.startswith("AWS_")}
        return {
            "AWS_REGION": self.deployment.region,
            **aws,
            "PLAYLAKE_RAW_BUCKET": self.deployment.raw_bucket,
        }

    def transform(
        self, prefix: str = RAW_PREFIX, say: Callable[[str], None] = lambda _: None
    ) -> None:
        """Say that the service of the deployment transforms what is landed; it is not awaited."""
        say(
            f"What is landed under {prefix} raises events, and the transformer on AWS commits it: "
            f"see `playlake status --lake {self.place}`"
        )

    def condition(self) -> list[Condition]:
        """The state of its parts, for `playlake status` and `playlake doctor`."""
        names = self.deployment.names
        with explained(self.place):
            waiting, hidden = queue_depth(self.aws, self.queue_url(names.queue))
            dead, _ = queue_depth(self.aws, self.queue_url(names.dead_letter_queue))
            crawler = self.aws.glue.get_crawler(Name=names.crawler)["Crawler"]
        last = crawler.get("LastCrawl", {}).get("Status", "never").lower()
        to_look_at = "the attributes of the messages say why" if dead else None
        return [
            Condition("lake", self.place),
            Condition("queue", f"{waiting} waiting, {hidden} being transformed"),
            Condition("dead letters", f"{dead:,}", to_look_at),
            Condition("crawler", f"{crawler['State'].lower()}, last crawl: {last}"),
        ]

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


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn an error of AWS into a `CommandError`."""
    try:
        yield
    except NoCredentialsError as error:
        raise CommandError(
            f"there are no AWS credentials for {place}: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"
        ) from error
    except ClientError as error:
        refusal = _REFUSALS.get(error.response.get("Error", {}).get("Code", ""))
        if refusal is None:
            raise CommandError(f"AWS did not answer for {place}: {error}") from error
        raise CommandError(refusal.format(place=place)) from error
    except (BotoCoreError, NotAwsError, ValueError) as error:
        raise CommandError(f"AWS did not answer for {place}: {error}") from error


_NO_BUCKET: Final = (
    "there is no bucket of {place}: correct the address; `playlake-raw-ACCOUNT-REGION` is the form"
)
_NOT_ALLOWED: Final = (
    "these credentials may not use {place}: take a profile that may list, get and put its objects"
)
_BAD_CREDENTIALS: Final = "AWS refused the credentials for {place}: log in again, or correct them"
# S3's codes; those of HEAD requests are the status alone.
_REFUSALS: Final = {
    "NoSuchBucket": _NO_BUCKET,
    "AccessDenied": _NOT_ALLOWED,
    "AllAccessDisabled": _NOT_ALLOWED,
    "403": _NOT_ALLOWED,
    "ExpiredToken": _BAD_CREDENTIALS,
    "InvalidAccessKeyId": _BAD_CREDENTIALS,
    "InvalidToken": _BAD_CREDENTIALS,
    "SignatureDoesNotMatch": _BAD_CREDENTIALS,
    "NoSuchKey": "an object of {place} is missing that should be there: see that nobody deletes "
    "objects, then start again",
}
