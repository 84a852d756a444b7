"""The transformer's adapters of AWS with the means to act as the other side, as the twins have.

Each makes its own bucket, queue or crawler, so that no test meets what another left.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import aioboto3
from aiobotocore.config import AioConfig
from twins.transformer import CuratedObject

from playlake.local_aws.aws import CREDENTIAL
from playlake.local_aws.resources import REGION
from playlake_contracts.tables import TABLES
from playlake_transformer.adapters.aws import client_config
from playlake_transformer.adapters.glue import GlueCatalog, GlueCrawler
from playlake_transformer.adapters.s3 import S3CuratedObjects, S3RawObjects
from playlake_transformer.adapters.sqs import SqsQueue
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.ports import DeadLetter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from datetime import timedelta

    from mypy_boto3_sqs.type_defs import MessageTypeDef
    from types_aiobotocore_glue import GlueClient
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

MAX_RAW_BYTES = 1024

_session = aioboto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
_names = (f"synthetic-{number}" for number in count())


def s3_client(endpoint_url: str) -> AbstractAsyncContextManager[S3Client]:
    """A client configured as the transformer's are, but for any proxy of the environment."""
    return _session.client("s3", endpoint_url=endpoint_url, config=_config())


def sqs_client(endpoint_url: str) -> AbstractAsyncContextManager[SQSClient]:
    """Likewise."""
    return _session.client("sqs", endpoint_url=endpoint_url, config=_config())


def glue_client(endpoint_url: str) -> AbstractAsyncContextManager[GlueClient]:
    """Likewise."""
    return _session.client("glue", endpoint_url=endpoint_url, config=_config())


def _config() -> AioConfig:
    return client_config(connections=10).merge(AioConfig(proxies={}))


@dataclass(frozen=True, slots=True)
class ObservedSqsQueue(SqsQueue):
    """A queue and its dead-letter queue."""

    aws: LocalAws

    @classmethod
    @asynccontextmanager
    async def make(
        cls, aws: LocalAws, *, poll_wait: timedelta, visibility: timedelta
    ) -> AsyncIterator[ObservedSqsQueue]:
        """Make two queues."""
        urls = [aws.sqs.create_queue(QueueName=next(_names))["QueueUrl"] for _ in range(2)]
        async with sqs_client(aws.endpoint_url) as sqs:
            yield cls(sqs, urls[0], urls[1], poll_wait, visibility, aws)

    def send(self, body: str) -> None:
        """Put a message into the queue."""
        self.aws.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    @property
    def dead_letters(self) -> list[DeadLetter]:
        """What is in the dead-letter queue; it stays there."""
        return [
            DeadLetter(
                message["Body"],
                **{
                    name: value["StringValue"]
                    for name, value in message["MessageAttributes"].items()
                },
            )
            for message in self._held_dead_letters()
        ]

    def redrive(self) -> None:
        """Move every dead letter back, as the console of AWS does."""
        for message in self._held_dead_letters():
            self.aws.sqs.send_message(
                QueueUrl=self.url,
                MessageBody=message["Body"],
                MessageAttributes=message["MessageAttributes"],
            )

    def _held_dead_letters(self) -> list[MessageTypeDef]:
        answer = self.aws.sqs.receive_message(
            QueueUrl=self.dead_letter_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])


@dataclass(frozen=True, slots=True)
class ObservedS3RawObjects(S3RawObjects):
    """A bucket of raw objects."""

    aws: LocalAws

    @classmethod
    @asynccontextmanager
    async def make(cls, aws: LocalAws, *, versioned: bool) -> AsyncIterator[ObservedS3RawObjects]:
        """Make a bucket."""
        bucket = next(_names)
        aws.s3.create_bucket(Bucket=bucket)
        if versioned:
            aws.s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        async with s3_client(aws.endpoint_url) as s3:
            yield cls(s3, bucket, MAX_RAW_BYTES, aws)

    def put(self, key: RawKey, body: bytes) -> RawObjectCreated:
        """Put an object, replacing what is there; give what S3 announces."""
        answer = self.aws.s3.put_object(Bucket=self.bucket, Key=str(key), Body=body)
        return RawObjectCreated(key, len(body), answer["ETag"].strip('"'), answer.get("VersionId"))

    def delete(self, key: RawKey) -> None:
        """Remove every version of an object."""
        versions = self.aws.s3.list_object_versions(Bucket=self.bucket, Prefix=str(key))
        for held in versions.get("Versions", ()):
            self.aws.s3.delete_object(
                Bucket=self.bucket, Key=held["Key"], VersionId=held["VersionId"]
            )


@dataclass(frozen=True, slots=True)
class ObservedS3CuratedObjects(S3CuratedObjects):
    """A bucket of curated objects."""

    aws: LocalAws

    @classmethod
    @asynccontextmanager
    async def make(cls, aws: LocalAws) -> AsyncIterator[ObservedS3CuratedObjects]:
        """Make a bucket."""
        bucket = next(_names)
        aws.s3.create_bucket(Bucket=bucket)
        async with s3_client(aws.endpoint_url) as s3:
            yield cls(s3, bucket, aws)

    @property
    def objects(self) -> dict[str, CuratedObject]:
        """Everything in the bucket."""
        listed = self.aws.s3.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        return {held["Key"]: self._object(held["Key"]) for held in listed}

    def _object(self, key: str) -> CuratedObject:
        answer = self.aws.s3.get_object(Bucket=self.bucket, Key=key)
        return CuratedObject(answer["Body"].read(), dict(answer["Metadata"]))


@dataclass(frozen=True, slots=True)
class ObservedGlueCatalog(GlueCatalog):
    """The catalog; the tables of all tests are the same ones."""

    aws: LocalAws = field(kw_only=True)

    @classmethod
    @asynccontextmanager
    async def make(cls, aws: LocalAws) -> AsyncIterator[ObservedGlueCatalog]:
        """Use the catalog as it was provisioned."""
        names = aws.resources
        async with glue_client(aws.endpoint_url) as glue:
            yield cls(glue, names.glue_database, names.curated_bucket, aws=aws)

    @property
    def days(self) -> set[tuple[str, str]]:
        """Every registered day of every table."""
        return {
            (table, partition["Values"][0])
            for table in TABLES
            for partition in self.aws.glue.get_partitions(
                DatabaseName=self.database, TableName=table
            )["Partitions"]
        }


@asynccontextmanager
async def crawler(aws: LocalAws) -> AsyncIterator[GlueCrawler]:
    """A crawler that has never run."""
    name = next(_names)
    aws.glue.create_crawler(
        Name=name,
        Role="arn:aws:iam::000000000000:role/synthetic",
        Targets={"CatalogTargets": [{"DatabaseName": "playlake", "Tables": ["tracks"]}]},
    )
    async with glue_client(aws.endpoint_url) as glue:
        yield GlueCrawler(glue, name)
