"""The objects of a lake on S3, as far as telling its runs needs them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from playlake_contracts.keys import RAW_PREFIX, STATE_PREFIX
from playlake_lake.errors import FolderFailedError
from playlake_lake.folder import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

_REFUSED: Final = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}


@dataclass(frozen=True, slots=True)
class S3Objects:
    """The objects in the two buckets of a lake; implements `ledger.Objects`.

    Attributes:
        s3: the client.
        raw_bucket: the bucket of raw objects and states.
        curated_bucket: the bucket of all others.
    """

    s3: S3Client
    raw_bucket: str
    curated_bucket: str

    def folders(self, prefix: str) -> list[str]:
        """The names directly under a prefix that ends with a slash, in order."""
        with _explained(f"S3 does not list {prefix}"):
            return [
                found["Prefix"].removeprefix(prefix).removesuffix("/")
                for page in self._pages(prefix, Delimiter="/")
                for found in page.get("CommonPrefixes", ())
            ]

    def keys(self, prefix: str) -> list[str]:
        """The keys under a prefix, in order."""
        with _explained(f"S3 does not list {prefix}"):
            pages = self._pages(prefix)
            return [found["Key"] for page in pages for found in page.get("Contents", ())]

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""
        held = self.held(key)
        return None if held is None else held.body

    def held(self, key: str) -> Held | None:
        """The bytes and the ETag of an object; None if there is none."""
        with _explained(f"S3 does not give {key}"):
            try:
                found = self.s3.get_object(Bucket=self._bucket(key), Key=key)
            except ClientError as error:
                # Who may list some prefixes only gets 403 for what is not there: the list tells.
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status == HTTPStatus.NOT_FOUND or (
                    status == HTTPStatus.FORBIDDEN and key not in self.keys(key)
                ):
                    return None
                raise
            return Held(found["Body"].read(), found["ETag"])

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        """Replace the object whose ETag is `held`, or put it if that is None.

        Returns:
            False if the key holds another object by now.
        """
        condition = {"IfNoneMatch": "*"} if held is None else {"IfMatch": held}
        with _explained(f"S3 does not take {key}"):
            try:
                self.s3.put_object(
                    Bucket=self._bucket(key),
                    Key=key,
                    Body=body,
                    **condition,  # type: ignore[arg-type]  # one of two of its many parameters
                )
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in _REFUSED:
                    return False
                raise
        return True

    def _pages(self, prefix: str, **more: str) -> Iterator[Any]:
        yield from self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket(prefix),
            Prefix=prefix,
            **more,  # type: ignore[arg-type]  # one of its many parameters
        )

    def _bucket(self, key: str) -> str:
        is_raw = key.startswith((RAW_PREFIX, STATE_PREFIX))
        return self.raw_bucket if is_raw else self.curated_bucket


@contextmanager
def _explained(failed: str) -> Iterator[None]:
    """Turn an error of botocore into one of the lake."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise FolderFailedError(f"{failed}: {error}") from error
