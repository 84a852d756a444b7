"""The state of runs on S3: one object, replaced only where it is still the one that was read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from playlake_extractor.errors import LandingFailedError
from playlake_extractor.ports import Versioned

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OTHERS_WON = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}


class S3StateStore:
    """An object in a bucket; implements `ports.StateStore`."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key

    def load(self) -> Versioned | None:
        """What was stored last; None before the first time.

        Raises:
            LandingFailedError: S3 did not give it.
        """
        try:
            # Listed first: where nothing may be listed S3 says 403 of what is not there.
            listed = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._key)
            if self._key not in [found.get("Key") for found in listed.get("Contents", [])]:
                return None
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
            return Versioned(found["Body"].read(), found["ETag"])
        except (BotoCoreError, ClientError) as error:
            raise self._failed("give", error) from error

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store unless what is stored is no longer what `mark` stands for; whether it was.

        Raises:
            LandingFailedError: S3 did not take it.
        """
        condition = {"IfNoneMatch": "*"} if mark is None else {"IfMatch": mark}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._key,
                Body=body,
                ContentType="application/json",
                **condition,  # type: ignore[arg-type]  # one of two of its many parameters
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _OTHERS_WON:
                return False
            raise self._failed("take", error) from error
        except BotoCoreError as error:
            raise self._failed("take", error) from error
        return True

    def _failed(self, verb: str, error: Exception) -> LandingFailedError:
        return LandingFailedError(
            f"S3 did not {verb} {self._key} in bucket {self._bucket}: {error}"
        )
