"""The raw bucket on S3. An object is written once: no put replaces another."""

from __future__ import annotations

import base64
import hashlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

from playlake_extractor.adapters.aws import aws_call, make_client
from playlake_extractor.errors import LandingFailedError, RunTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_s3 import S3Client

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 5},
    # The bucket is in the path, so that an endpoint without wildcard names works as well.
    s3={"addressing_style": "path"},
)

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: retry on 409
_CONFLICT_PAUSES_SECONDS = (0.2, 0.5, 1.0)


def s3_client() -> S3Client:
    """Create a client with timeouts and retries, configured by AWS's own environment variables.

    Raises:
        ConfigurationError: the variables do not configure a client.
        LandingFailedError: the source of the credentials does not answer.
    """
    client: S3Client = make_client("s3", CLIENT_CONFIG)
    return client


class S3RawStore:
    """The raw bucket on S3; implements `ports.RawStore`."""

    def __init__(
        self, client: S3Client, bucket: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._sleep = sleep

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken; equal bytes under the key are a success.

        Raises:
            RunTakenError: the key is taken by other bytes.
            LandingFailedError: S3 did not take the object.
        """
        with aws_call(self._failed(f"take {key}")):
            status = self._put(key, body, content_type)
            for pause in _CONFLICT_PAUSES_SECONDS:
                if status != HTTPStatus.CONFLICT:
                    break
                self._sleep(pause)
                status = self._put(key, body, content_type)
            if status == HTTPStatus.PRECONDITION_FAILED:
                self._check_equal(key, body)
        if status == HTTPStatus.CONFLICT:
            raise LandingFailedError(
                f"{key} in bucket {self._bucket} is being written by others again and again: "
                "let the other attempt of this run end, then start again"
            )

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, in order.

        Raises:
            LandingFailedError: S3 did not list them.
        """
        with aws_call(self._failed(f"list {prefix}")):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            ):
                yield from (found["Key"] for found in page.get("Contents", []))

    def read(self, key: str) -> bytes:
        """The bytes of an object.

        Raises:
            LandingFailedError: S3 did not give them.
        """
        with aws_call(self._failed(f"give {key}")):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _put(self, key: str, body: bytes, content_type: str) -> int:
        digest = hashlib.sha256(body)
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
                Metadata={"sha256": digest.hexdigest()},
                IfNoneMatch="*",
            )
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}:
                return status
            raise
        return HTTPStatus.OK

    def _check_equal(self, key: str, body: bytes) -> None:
        metadata = self._client.head_object(Bucket=self._bucket, Key=key)["Metadata"]
        if metadata.get("sha256") != hashlib.sha256(body).hexdigest():
            raise RunTakenError(
                f"{key} in bucket {self._bucket} already holds other bytes: another extractor "
                "carries out this run, so this one ends; if the other fails, start the run again"
            )

    def _failed(self, what: str) -> str:
        return f"S3 did not {what} in bucket {self._bucket}"
