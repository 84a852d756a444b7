"""The objects of a lake on S3 for compaction, retention and Iceberg tables.

Files are downloaded while they are needed.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from botocore.exceptions import (
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from playlake_contracts.keys import (
    COVERS_PREFIX,
    ERASURES_PREFIX,
    NOTICES_KEY,
    RAW_PREFIX,
    STATE_PREFIX,
)
from playlake_lake.errors import ContendedError
from playlake_lake.folder import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

_REFUSED: Final = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: retry on 409
_CONFLICT_PAUSES_SECONDS: Final = (0.2, 0.5, 1.0)
# S3 answers in tens of milliseconds; the connections of a client are ten.
_DOWNLOADS_AT_ONCE: Final = 8
# botocore retries a request, but not the reading of an answer that has begun.
_BROKEN_OFF: Final = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_READING_ATTEMPTS: Final = 3
# Raw objects, and what the extractor keeps beside them.
_IN_RAW_BUCKET: Final = (
    RAW_PREFIX,
    COVERS_PREFIX,
    ERASURES_PREFIX,
    f"{STATE_PREFIX}source=",
    NOTICES_KEY,
)


@dataclass(frozen=True, slots=True)
class S3Store:
    """The objects of a lake on S3; implements `compaction.store.Store`.

    Attributes:
        s3: the client.
        raw_bucket: the bucket of the raw objects.
        curated_bucket: the bucket of all others.
        sleep: pauses for seconds.

    Every method may raise an error of botocore.
    """

    s3: S3Client
    raw_bucket: str
    curated_bucket: str
    sleep: Callable[[float], None] = time.sleep

    def versions(self, prefix: str) -> dict[str, str]:
        """The keys under a prefix, in order, each with its ETag."""
        return {
            found["Key"]: found["ETag"]
            for page in self._pages(prefix)
            for found in page.get("Contents", ())
        }

    def written_at(self, prefix: str) -> dict[str, datetime]:
        """The keys under a prefix, in order, each with the time at which it was put, UTC."""
        return {
            found["Key"]: found["LastModified"]
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
        try:
            found = self.s3.get_object(Bucket=self._bucket(key), Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey" or self._is_hidden(error, key):
                return None
            raise
        return Held(found["Body"].read(), found["ETag"])

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None if there is none."""
        try:
            found = self.s3.head_object(Bucket=self._bucket(key), Key=key)
        except ClientError as error:
            if _status(error) == HTTPStatus.NOT_FOUND or self._is_hidden(error, key):
                return None
            raise
        return found["ContentLength"]

    def local_files(self, keys: Sequence[str], aside: Path) -> list[Path]:
        """Files with the bytes of objects that are there, downloaded once into a folder.

        After a failure no further download begins.
        """

        def download(key: str) -> Path:
            path = aside.joinpath(*key.split("/"))
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                self._download(key, path)
            return path

        with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
            try:
                return list(pool.map(download, keys))
            finally:
                pool.shutdown(cancel_futures=True)

    def put_new(self, key: str, body: bytes) -> bool:
        """Put an object under a free key; return False if the key is taken.

        Raises:
            ContendedError: others write it again and again.
        """
        return self._put_new(key, BytesIO(body))

    def put_file(self, key: str, source: Path) -> bool:
        """Put the bytes of a file under a free key; return False if the key is taken.

        Raises:
            ContendedError: others write it again and again.
        """
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
        self.s3.delete_object(Bucket=self._bucket(key), Key=key)

    def remove_for_good(self, keys: Sequence[str]) -> None:
        """Remove objects with every version of theirs; one that is gone already is no error."""
        for folder, found in groupby(sorted(keys), key=lambda key: key.rpartition("/")[0]):
            those = set(found)
            prefix = f"{folder}/" if len(those) > 1 else min(those)
            pages = self.s3.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket(prefix), Prefix=prefix
            )
            for page in pages:
                versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
                self._delete(prefix, [each for each in versions if each["Key"] in those])

    def _delete(self, prefix: str, versions: Sequence[Any]) -> None:
        """Delete versions of objects; S3 lists as many in a page as it deletes at a time."""
        if not versions:
            return
        answer = self.s3.delete_objects(
            Bucket=self._bucket(prefix),
            Delete={
                "Objects": [
                    {"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions
                ],
                "Quiet": True,
            },
        )
        for refused in answer.get("Errors", ()):
            message = f"{refused.get('Message', '')}: {refused.get('Key', '')}"
            raise ClientError(
                {"Error": {"Code": refused.get("Code", ""), "Message": message}}, "DeleteObjects"
            )

    def _download(self, key: str, path: Path) -> None:
        """Download an object by one request, where `download_file` sends two."""
        for attempt in range(_READING_ATTEMPTS):
            found = self.s3.get_object(Bucket=self._bucket(key), Key=key)
            try:
                with path.open("wb") as file:
                    shutil.copyfileobj(found["Body"], file)
            except _BROKEN_OFF:
                if attempt + 1 == _READING_ATTEMPTS:
                    raise
            else:
                return

    def _put_new(self, key: str, body: BinaryIO) -> bool:
        """Put an object; while others are putting one under its key, try again."""
        for pause in (*_CONFLICT_PAUSES_SECONDS, None):
            status = self._put(key, body, IfNoneMatch="*")
            if status != HTTPStatus.CONFLICT:
                return status == HTTPStatus.OK
            if pause is not None:
                self.sleep(pause)
        raise ContendedError(
            f"{key} in bucket {self._bucket(key)} is being written by others again and again: let "
            "the other compaction end, then start again"
        )

    def _put(self, key: str, body: BinaryIO, **condition: str) -> int:
        body.seek(0)
        try:
            self.s3.put_object(
                Bucket=self._bucket(key),
                Key=key,
                Body=body,
                **_kept_with(key, body),
                **condition,  # type: ignore[arg-type]  # one of two of its many parameters
            )
        except ClientError as error:
            if _status(error) in _REFUSED:
                return _status(error)
            raise
        return HTTPStatus.OK

    def _is_hidden(self, error: ClientError, key: str) -> bool:
        """Whether S3 answers 403 because there is no object.

        So it does if the role may list some prefixes only: then the list has to be asked.
        """
        return _status(error) == HTTPStatus.FORBIDDEN and key not in self.versions(key)

    def _pages(self, prefix: str, **more: str) -> Iterator[Any]:
        yield from self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket(prefix),
            Prefix=prefix,
            **more,  # type: ignore[arg-type]  # one of its many parameters
        )

    def _bucket(self, key: str) -> str:
        return self.raw_bucket if key.startswith(_IN_RAW_BUCKET) else self.curated_bucket


def _kept_with(key: str, body: BinaryIO) -> Any:  # noqa: ANN401 - boto's keywords
    """What the extractor keeps with a raw object, for one that is replaced."""
    if not key.startswith(RAW_PREFIX):
        return {}
    digest = hashlib.sha256(body.read()).hexdigest()
    body.seek(0)
    kind = "application/json" if key.endswith(".json") else "application/zstd"
    return {"ContentType": kind, "Metadata": {"sha256": digest}}


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
