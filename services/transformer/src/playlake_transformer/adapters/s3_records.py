"""The transformer's records in the curated bucket: what it failed on, and what it rejected."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from playlake_contracts.rejects import decode_reject, encode_reject
from playlake_transformer.adapters.aws import (
    CONFLICT,
    NOT_FOUND,
    PRECONDITION_FAILED,
    aws_call,
    error_code,
)
from playlake_transformer.adapters.s3 import (
    CONFLICT_ATTEMPTS,
    CONFLICT_PAUSE_SECONDS,
    is_missing,
)
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import ATTEMPT, Claim

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Reject


@dataclass(frozen=True, slots=True)
class S3Failures:
    """Records in the curated bucket, one for each failure; they expire there."""

    client: S3Client
    bucket: str

    async def note(self, key: RawKey, reason: str) -> int:
        """Write the first record whose key is free; its number is that of the failures.

        If an answer is lost, the client itself tries again and finds its own record: no failure is
        counted twice.
        """
        attempt = token_hex(8)
        for number in count(1):
            with aws_call(f"put s3://{self.bucket}/{key.failure(number)}"):
                try:
                    await self.client.put_object(
                        Bucket=self.bucket,
                        Key=key.failure(number),
                        Body=reason.encode(errors="replace"),
                        IfNoneMatch="*",
                        ContentType="text/plain; charset=utf-8",
                        Metadata={ATTEMPT: attempt},
                    )
                except ClientError as error:
                    if error_code(error) not in PRECONDITION_FAILED | CONFLICT:
                        raise
                    if error_code(error) in CONFLICT or not await self._is_of(key, number, attempt):
                        continue
                return number
        raise AssertionError("a number is free")

    async def _is_of(self, key: RawKey, number: int, attempt: str) -> bool:
        held = await self.client.head_object(Bucket=self.bucket, Key=key.failure(number))
        return held["Metadata"].get(ATTEMPT) == attempt


@dataclass(frozen=True, slots=True)
class S3Rejects:
    """Records in the curated bucket, one for each reject; they stay there."""

    client: S3Client
    bucket: str

    async def find(self, key: str) -> Reject | None:
        """Read a record; see `ports.Rejects`."""
        held = await self._held(key)
        return None if held is None else held[0]

    async def claim(self, key: str, reject: Reject) -> Claim:
        """Write a record if its key is free; see `ports.Rejects`."""
        for _ in range(CONFLICT_ATTEMPTS):
            held = await self._held(key)
            if held is not None:
                return Claim(*held)
            mark = await self._put(key, reject, IfNoneMatch="*")
            if mark is not None:
                return Claim(None, mark)
            await asyncio.sleep(CONFLICT_PAUSE_SECONDS)
        raise _contended(self.bucket, key)

    async def record(self, key: str, reject: Reject, mark: str) -> None:
        """Write a record over the one that is there; see `ports.Rejects`.

        The bucket refuses what is not conditional. What is there is read only if others changed it,
        because a call that fails here sends a letter again.
        """
        condition = {"IfMatch": mark}
        for _ in range(CONFLICT_ATTEMPTS):
            if await self._put(key, reject, **condition) is not None:
                return
            await asyncio.sleep(CONFLICT_PAUSE_SECONDS)
            held = await self._held(key)
            if held is not None and held[0] == reject:
                return  # by an attempt whose answer was lost
            condition = {"IfNoneMatch": "*"} if held is None else {"IfMatch": held[1]}
        raise _contended(self.bucket, key)

    async def _held(self, key: str) -> tuple[Reject, str] | None:
        """A record and its ETag; None if there is none."""
        with aws_call(f"get s3://{self.bucket}/{key}"):
            try:
                answer = await self.client.get_object(Bucket=self.bucket, Key=key)
            except ClientError as error:
                if await is_missing(self.client, self.bucket, key, error):
                    return None
                raise
            async with answer["Body"] as body:
                return decode_reject(await body.read()), answer["ETag"]

    async def _put(self, key: str, reject: Reject, **condition: Any) -> str | None:  # noqa: ANN401  boto's keywords
        """Write a record, and return its ETag; None if others were first."""
        with aws_call(f"put s3://{self.bucket}/{key}"):
            try:
                answer = await self.client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=encode_reject(reject),
                    ContentType="application/json",
                    **condition,
                )
            except ClientError as error:
                if error_code(error) in PRECONDITION_FAILED | CONFLICT | NOT_FOUND:
                    return None
                raise
            return answer["ETag"]


def _contended(bucket: str, key: str) -> AwsUnavailableError:
    return AwsUnavailableError(f"put s3://{bucket}/{key}: other clients keep writing this key")
