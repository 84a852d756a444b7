"""S3: reads the exact raw objects that events announce, and writes each curated key once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from playlake_contracts.keys import SENT_REJECTS_PREFIX
from playlake_transformer.adapters.aws import aws_call, error_code
from playlake_transformer.errors import (
    AwsUnavailableError,
    CommitConflictError,
    ObjectChangedError,
    ObjectTooLargeError,
)
from playlake_transformer.ports import RawObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_aiobotocore_s3 import S3Client

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile
    from playlake_transformer.errors import RejectError

_DELETED = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
_PRECONDITION_FAILED = frozenset({"PreconditionFailed", "412"})
_CONFLICT = frozenset({"ConditionalRequestConflict", "409"})

# If two clients write one key at the same time, S3 asks one of them to try again.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
CONFLICT_ATTEMPTS = 5
CONFLICT_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class S3RawObjects:
    """The raw bucket."""

    client: S3Client
    bucket: str
    max_bytes: int

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get the object by the version that the event names, else by its ETag."""
        with aws_call(f"get s3://{self.bucket}/{created.key}"):
            try:
                answer = await self.client.get_object(**self._request(created))
            except ClientError as error:
                if error_code(error) in _DELETED:
                    return None
                if error_code(error) in _PRECONDITION_FAILED:
                    raise ObjectChangedError(
                        f"{created.key} was replaced after the event"
                    ) from error
                raise
            async with answer["Body"] as body:
                if answer["ContentLength"] > self.max_bytes:
                    raise ObjectTooLargeError(
                        f"{created.key} has more than {self.max_bytes:,} bytes"
                    )
                return RawObject(await body.read(), answer["ETag"].strip('"'))

    def _request(self, created: RawObjectCreated) -> Any:  # noqa: ANN401  boto's keywords
        request = {"Bucket": self.bucket, "Key": str(created.key)}
        if created.version_id is not None:
            return {**request, "VersionId": created.version_id}
        return request if created.etag is None else {**request, "IfMatch": created.etag}


@dataclass(frozen=True, slots=True)
class S3Failures:
    """Records in the curated bucket, one for each failure; they expire there."""

    client: S3Client
    bucket: str

    async def note(self, key: RawKey, reason: str) -> int:
        """Write the first record whose key is free; its number is that of the failures."""
        for number in count(1):
            with aws_call(f"put s3://{self.bucket}/{key.failure(number)}"):
                try:
                    await self.client.put_object(
                        Bucket=self.bucket,
                        Key=key.failure(number),
                        Body=reason.encode(),
                        IfNoneMatch="*",
                        ContentType="text/plain; charset=utf-8",
                    )
                except ClientError as error:
                    if error_code(error) not in _PRECONDITION_FAILED | _CONFLICT:
                        raise
                else:
                    return number
        raise AssertionError("a number is free")


@dataclass(frozen=True, slots=True)
class S3SentRejects:
    """Records in the curated bucket, one for each reject; they expire there."""

    client: S3Client
    bucket: str

    async def has(self, reject: str) -> bool:
        """Look for the record. A list says that there is none without further permissions."""
        key = _sent_key(reject)
        with aws_call(f"list s3://{self.bucket}/{key}"):
            answer = await self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        return bool(answer.get("Contents"))

    async def note(self, reject: str, error: RejectError) -> None:
        """Write the record: code and reason."""
        key = _sent_key(reject)
        with aws_call(f"put s3://{self.bucket}/{key}"):
            await self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=f"{error.code}: {error}".encode(errors="replace"),
                ContentType="text/plain; charset=utf-8",
            )


def _sent_key(reject: str) -> str:
    return f"{SENT_REJECTS_PREFIX}{sha256(reject.encode(errors='replace')).hexdigest()}.txt"


@dataclass(frozen=True, slots=True)
class S3CuratedObjects:
    """The curated bucket; the bucket's versioning keeps what is overwritten."""

    client: S3Client
    bucket: str

    async def overwrite(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        """Write an object, whatever its key holds."""
        with aws_call(f"put s3://{self.bucket}/{file.key}"):
            await self.client.put_object(**self._request(file, metadata))

    async def has(self, key: str) -> bool:
        """Look for an object. A list says that there is none without further permissions."""
        with aws_call(f"list s3://{self.bucket}/{key}"):
            answer = await self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        return any(found["Key"] == key for found in answer.get("Contents", ()))

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> bool:
        """Write an object if its key is free; see `ports.CuratedObjects`."""
        with aws_call(f"put s3://{self.bucket}/{file.key}"):
            for _ in range(CONFLICT_ATTEMPTS):
                try:
                    request = self._request(file, metadata)
                    await self.client.put_object(**request, IfNoneMatch="*")
                except ClientError as error:
                    if error_code(error) in _PRECONDITION_FAILED:
                        await self._check_same(file, metadata)
                        return False
                    if error_code(error) not in _CONFLICT:
                        raise
                    await asyncio.sleep(CONFLICT_PAUSE_SECONDS)
                else:
                    return True
        raise AwsUnavailableError(
            f"put s3://{self.bucket}/{file.key}: other clients keep writing this key"
        )

    def _request(self, file: CuratedFile, metadata: Mapping[str, str]) -> Any:  # noqa: ANN401  boto's keywords
        return {
            "Bucket": self.bucket,
            "Key": file.key,
            "Body": file.body,
            "ContentType": "application/vnd.apache.parquet",
            "Metadata": dict(metadata),
        }

    async def _check_same(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        existing = await self.client.head_object(Bucket=self.bucket, Key=file.key)
        if existing["Metadata"] != metadata:
            raise CommitConflictError(
                f"{file.key} was made from other raw bytes: {existing['Metadata']}, not {metadata}"
            )
