"""Stores the state of runs on S3: one object, replaced only if it is the one that was read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from playlake_extractor.adapters.aws import aws_call
from playlake_extractor.ports import Versioned

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REPLACED_BY_OTHERS = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}


class S3StateStore:
    """An object in a bucket; implements `ports.StateStore`."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key

    def load(self) -> Versioned | None:
        """The stored bytes; None before the first time.

        Raises:
            LandingFailedError: S3 did not give them.
        """
        with aws_call(self._failed("give")):
            # Without permission to list, S3 answers 403 for a missing object, so list first.
            listed = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._key)
            if self._key not in [found.get("Key") for found in listed.get("Contents", [])]:
                return None
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
            return Versioned(found["Body"].read(), found["ETag"])

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store bytes unless the object changed since `mark`; return whether they were stored.

        Raises:
            LandingFailedError: S3 did not take the object.
        """
        condition = {"IfNoneMatch": "*"} if mark is None else {"IfMatch": mark}
        with aws_call(self._failed("take")):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key,
                    Body=body,
                    ContentType="application/json",
                    **condition,  # type: ignore[arg-type]  # one of two of its many parameters
                )
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in _REPLACED_BY_OTHERS:
                    return False
                raise
        return True

    def _failed(self, verb: str) -> str:
        return f"S3 did not {verb} {self._key} in bucket {self._bucket}"
