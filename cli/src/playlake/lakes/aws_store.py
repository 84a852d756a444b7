"""The objects of a lake on AWS for compaction; files are downloaded while they are needed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from botocore.exceptions import ClientError

from playlake.errors import CommandError
from playlake.lakes.aws import explained
from playlake.lakes.side_by_side import side_by_side, unseen
from playlake_contracts.keys import RAW_PREFIX
from playlake_lake.folder import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playlake.lakes.aws import AwsLake

_REFUSED: Final = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: retry on 409
_CONFLICT_PAUSES_SECONDS: Final = (0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class AwsStore:
    """The objects of a lake on AWS; implements `store.Store`.

    Attributes:
        lake: the lake.
        sleep: pauses for seconds.

    Every method may raise a `CommandError`.
    """

    lake: AwsLake
    sleep: Callable[[float], None] = time.sleep

    def versions(self, prefix: str) -> dict[str, str]:
        """The keys under a prefix, in order, each with its ETag."""
        return {
            found["Key"]: found["ETag"]
            for page in self._pages(prefix)
            for found in page.get("Contents", ())
        }

    def folders(self, prefix: str) -> list[str]:
        """The names directly under a prefix that ends with a slash, in order."""
        return [
            found["Prefix"].removeprefix(prefix).removesuffix("/")
            for page in self._pages(prefix, Delimiter="/")
            for found in page.get("CommonPrefixes", ())
        ]

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""
        held = self.held(key)
        return None if held is None else held.body

    def held(self, key: str) -> Held | None:
        """The bytes of an object, and its ETag; None if there is none."""
        s3 = self.lake.aws.s3
        with explained(self.lake.place):
            try:
                found = s3.get_object(Bucket=self._bucket(key), Key=key)
            except s3.exceptions.NoSuchKey:
                return None
            return Held(found["Body"].read(), found["ETag"])

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None if there is none."""
        with explained(self.lake.place):
            try:
                found = self.lake.aws.s3.head_object(Bucket=self._bucket(key), Key=key)
            except ClientError as error:
                if _status(error) == HTTPStatus.NOT_FOUND:
                    return None
                raise
            return found["ContentLength"]

    def local_files(self, keys: Sequence[str], aside: Path) -> list[Path]:
        """Files with the bytes of objects that are there, downloaded once into a folder."""

        def download(key: str) -> Path:
            path = aside.joinpath(*key.split("/"))
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                with explained(self.lake.place):
                    self.lake.aws.s3.download_file(self._bucket(key), key, str(path))
            return path

        return list(side_by_side(keys, download, unseen, "Downloading"))

    def put_new(self, key: str, body: bytes) -> bool:
        """Put an object under a free key; return False if the key is taken."""
        return self._put_new(key, BytesIO(body))

    def put_file(self, key: str, source: Path) -> bool:
        """Put the bytes of a file under a free key; return False if the key is taken."""
        with source.open("rb") as file:
            return self._put_new(key, file)

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        """Replace the object whose ETag is `held`, or put it if that is None.

        Returns:
            False if the key holds another object by now.
        """
        condition = {"IfNoneMatch": "*"} if held is None else {"IfMatch": held}
        return self._put(key, BytesIO(body), **condition) == HTTPStatus.OK

    def remove(self, key: str) -> None:
        """Remove an object, if there is one."""
        with explained(self.lake.place):
            self.lake.aws.s3.delete_object(Bucket=self._bucket(key), Key=key)

    def _put_new(self, key: str, body: BinaryIO) -> bool:
        """Put an object; while others are putting one under its key, try again."""
        for pause in (*_CONFLICT_PAUSES_SECONDS, None):
            status = self._put(key, body, IfNoneMatch="*")
            if status != HTTPStatus.CONFLICT:
                return status == HTTPStatus.OK
            if pause is not None:
                self.sleep(pause)
        raise CommandError(
            f"{key} in {self.lake.place} is being written by others again and again: let the other "
            "compaction end, then start again"
        )

    def _put(self, key: str, body: BinaryIO, **condition: str) -> int:
        body.seek(0)
        with explained(self.lake.place):
            try:
                self.lake.aws.s3.put_object(
                    Bucket=self._bucket(key),
                    Key=key,
                    Body=body,
                    **condition,  # type: ignore[arg-type]  # one of two of its many parameters
                )
            except ClientError as error:
                if _status(error) in _REFUSED:
                    return _status(error)
                raise
        return HTTPStatus.OK

    def _pages(self, prefix: str, **more: str) -> Iterator[Any]:
        with explained(self.lake.place):
            yield from self.lake.aws.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket(prefix),
                Prefix=prefix,
                **more,  # type: ignore[arg-type]  # one of its many parameters
            )

    def _bucket(self, key: str) -> str:
        deployment = self.lake.deployment
        return deployment.raw_bucket if key.startswith(RAW_PREFIX) else deployment.curated_bucket


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
