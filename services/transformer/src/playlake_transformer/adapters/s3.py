"""S3: reads the exact raw objects that events announce, and writes each curated key once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from playlake_contracts.keys import ERASURES_PREFIX
from playlake_transformer.adapters.aws import (
    CONFLICT,
    FORBIDDEN,
    NOT_FOUND,
    PRECONDITION_FAILED,
    aws_call,
    error_code,
)
from playlake_transformer.errors import (
    AwsUnavailableError,
    CommitConflictError,
    ObjectChangedError,
    ObjectTooLargeError,
)
from playlake_transformer.ports import ATTEMPT, RawObject, is_equal
from playlake_transformer.run_before import manifests_before

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from types_aiobotocore_s3 import S3Client

    from playlake_contracts.keys import RawKey
    from playlake_contracts.runs import RunId
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile

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
                if await self._is_gone(created, error):
                    return None
                if error_code(error) in PRECONDITION_FAILED:
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

    async def _is_gone(self, created: RawObjectCreated, error: ClientError) -> bool:
        """Whether reading failed because the object, or its version, is not there any more."""
        key = str(created.key)
        if await is_missing(self.client, self.bucket, key, error):
            return True
        if error_code(error) not in FORBIDDEN or created.version_id is None:
            return False
        # S3 answers 403 for a missing version too. Who may read what replaced it is not forbidden.
        try:
            current = await self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError:
            return False
        return current.get("VersionId") != created.version_id

    def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """Find the runs before by lists; see `ports.RawObjects`."""
        return manifests_before(key, is_wanted, self._folders, self._has)

    async def erasures(self) -> list[str]:
        """List a prefix; see `ports.RawObjects`."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=ERASURES_PREFIX
        )
        with aws_call(f"list s3://{self.bucket}/{ERASURES_PREFIX}"):
            return [each["Key"] async for page in pages for each in page.get("Contents", ())]

    async def _folders(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, Delimiter="/"
        )
        with aws_call(f"list s3://{self.bucket}/{prefix}"):
            return [
                each["Prefix"] async for page in pages for each in page.get("CommonPrefixes", ())
            ]

    async def _has(self, key: str) -> bool:
        return await _is_there(self.client, self.bucket, key)

    def _request(self, created: RawObjectCreated) -> Any:  # noqa: ANN401  boto's keywords
        request = {"Bucket": self.bucket, "Key": str(created.key)}
        if created.version_id is not None:
            return {**request, "VersionId": created.version_id}
        return request if created.etag is None else {**request, "IfMatch": created.etag}


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
        """Look for an object."""
        return await _is_there(self.client, self.bucket, key)

    async def get(self, key: str) -> bytes | None:
        """Get an object, whole."""
        with aws_call(f"get s3://{self.bucket}/{key}"):
            try:
                answer = await self.client.get_object(Bucket=self.bucket, Key=key)
            except ClientError as error:
                if await is_missing(self.client, self.bucket, key, error):
                    return None
                raise
            async with answer["Body"] as body:
                return await body.read()

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        """Write an object if its key is free; see `ports.CuratedObjects`."""
        with aws_call(f"put s3://{self.bucket}/{file.key}"):
            for _ in range(CONFLICT_ATTEMPTS):
                try:
                    request = self._request(file, metadata)
                    await self.client.put_object(**request, IfNoneMatch="*")
                except ClientError as error:
                    if error_code(error) in PRECONDITION_FAILED:
                        return await self._written_at(file, metadata)
                    if error_code(error) not in CONFLICT:
                        raise
                    await asyncio.sleep(CONFLICT_PAUSE_SECONDS)
                else:
                    return None
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

    async def _written_at(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        existing = await self.client.head_object(Bucket=self.bucket, Key=file.key)
        found = existing["Metadata"]
        if not is_equal(found, metadata):
            raise CommitConflictError(
                f"{file.key} was made from other raw bytes: {found}, not {dict(metadata)}"
            )
        is_own = found.get(ATTEMPT) == metadata[ATTEMPT]
        return None if is_own else existing["LastModified"]


async def is_missing(client: S3Client, bucket: str, key: str, error: ClientError) -> bool:
    """Whether reading an object failed because there is none.

    S3 answers 404 only to who may list the whole bucket. To who may list some prefixes it answers
    403, and then the list says whether there is one.
    """
    if error_code(error) in NOT_FOUND:
        return True
    if error_code(error) not in FORBIDDEN:
        return False
    try:
        return not await _is_there(client, bucket, key)
    except AwsUnavailableError:
        return False  # what the caller raises then is the first refusal


async def _is_there(client: S3Client, bucket: str, key: str) -> bool:
    """Look for an object. A list says that there is none without further permissions."""
    with aws_call(f"list s3://{bucket}/{key}"):
        answer = await client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return any(found["Key"] == key for found in answer.get("Contents", ()))
