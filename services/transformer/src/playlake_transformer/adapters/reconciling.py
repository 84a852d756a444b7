"""What the reconciler needs of AWS: lists of objects, and messages that announce some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from playlake_contracts.keys import SOURCE_PREFIX, source_of
from playlake_transformer.adapters.aws import aws_call
from playlake_transformer.adapters.s3 import is_missing
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
MAX_MESSAGES_PER_BATCH: Final = 10
# Waiting, received and delayed:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
_COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class S3Listings:
    """Both buckets; implements `ports.Listings`."""

    client: S3Client
    raw_bucket: str
    curated_bucket: str

    async def sources(self) -> list[str]:
        """The sources, by a list with a delimiter: one request for a thousand of them."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.raw_bucket, Prefix=SOURCE_PREFIX, Delimiter="/"
        )
        with aws_call(f"list s3://{self.raw_bucket}/{SOURCE_PREFIX}"):
            prefixes = [
                each["Prefix"] async for page in pages for each in page.get("CommonPrefixes", ())
            ]
        return [source for prefix in prefixes if (source := source_of(prefix)) is not None]

    async def raw(self, prefix: str) -> list[Listed]:
        """The raw objects under a prefix."""
        return await self._list(self.raw_bucket, prefix)

    async def curated(self, prefix: str) -> list[Listed]:
        """The objects of the curated bucket under a prefix."""
        return await self._list(self.curated_bucket, prefix)

    async def manifest(self, key: str) -> bytes | None:
        """Get a manifest, whole."""
        with aws_call(f"get s3://{self.raw_bucket}/{key}"):
            try:
                answer = await self.client.get_object(Bucket=self.raw_bucket, Key=key)
            except ClientError as error:
                if await is_missing(self.client, self.raw_bucket, key, error):
                    return None
                raise
            async with answer["Body"] as body:
                return await body.read()

    async def _list(self, bucket: str, prefix: str) -> list[Listed]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with aws_call(f"list s3://{bucket}/{prefix}"):
            return [
                Listed(each["Key"], each["Size"], each["ETag"].strip('"'), each["LastModified"])
                async for page in pages
                for each in page.get("Contents", ())
            ]


@dataclass(frozen=True, slots=True)
class SqsAnnouncements:
    """The queue of S3 event notifications; implements `ports.Announcements`."""

    client: SQSClient
    url: str

    async def queued(self) -> int:
        """About how many messages wait, are being worked on, or are delayed."""
        with aws_call(f"look at {self.url}"):
            answer = await self.client.get_queue_attributes(
                QueueUrl=self.url, AttributeNames=list(_COUNTS)
            )
        return sum(int(answer["Attributes"].get(name, 0)) for name in _COUNTS)

    async def send(self, bodies: Sequence[str]) -> None:
        """Send messages by tens."""
        for start in range(0, len(bodies), MAX_MESSAGES_PER_BATCH):
            await self._send_batch(bodies[start : start + MAX_MESSAGES_PER_BATCH])

    async def _send_batch(self, bodies: Sequence[str]) -> None:
        with aws_call(f"send to {self.url}"):
            answer = await self.client.send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)
                ],
            )
        for failed in answer.get("Failed", ()):
            raise AwsUnavailableError(f"send to {self.url}: {failed.get('Message')}")
