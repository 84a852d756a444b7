"""The objects of a lake on S3, of which no version is to be left that is no longer in force."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from playlake_aws.errors import AwsError
from playlake_aws.s3_store import S3Store
from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    COVERS_PREFIX,
    CURATED_PREFIX,
    ERASURES_PREFIX,
    FAILURES_PREFIX,
    ICEBERG_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
    STATE_PREFIX,
)
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_DELETED_AT_ONCE: Final = 1000
# An object in each bucket that is removed as soon as it is put.
_PROBES: Final = (f"{ERASURES_PREFIX}probe", f"{COMPACTED_PREFIX}probe")
_OF_RAW: Final = (RAW_PREFIX, STATE_PREFIX, COVERS_PREFIX, ERASURES_PREFIX)
_OF_CURATED: Final = (
    CURATED_PREFIX,
    QUARANTINE_PREFIX,
    REJECTED_PREFIX,
    FAILURES_PREFIX,
    COMPACTED_PREFIX,
    ICEBERG_PREFIX,
    QUERY_RESULTS_PREFIX,
)


@dataclass(frozen=True, slots=True)
class ErasableS3(S3Store):
    """The objects of a lake on S3; implements `erasure.store.ErasableStore`."""

    def remove_old_versions(self) -> int:
        """Remove every version that is no longer in force, and the markers of removed objects.

        Versions go first: without a marker an older version would be in force.

        Returns:
            their number.
        """
        count = 0
        for bucket, prefixes in ((self.raw_bucket, _OF_RAW), (self.curated_bucket, _OF_CURATED)):
            for prefix in prefixes:
                for found in self._old(bucket, prefix):
                    for start in range(0, len(found), _DELETED_AT_ONCE):
                        # The first of the prefixes leads to the bucket.
                        self._delete(prefixes[0], found[start : start + _DELETED_AT_ONCE])
                    count += len(found)
        return count

    def check_versions_can_go(self) -> None:
        """Check it with a version of an object of its own, in each bucket.

        Raises:
            AwsError: these credentials may not remove it.
        """
        for key in _PROBES:
            bucket = self._bucket(key)
            try:
                self.s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1)
                put = self.s3.put_object(Bucket=bucket, Key=key, Body=b"")
                version = put.get("VersionId", "null")
                self.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status != HTTPStatus.FORBIDDEN:
                    raise
                raise AwsError(
                    "nothing was erased, because these credentials may not write over objects, or "
                    f"may not remove versions of them, in {bucket}: take those of a role that has "
                    "the permissions of docs/erasure.md"
                ) from error

    def _old(self, bucket: str, prefix: str) -> tuple[Sequence[Any], Sequence[Any]]:
        """The versions under a prefix that are not in force, and the delete markers there."""
        versions: list[Any] = []
        markers: list[Any] = []
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            versions += [each for each in page.get("Versions", ()) if not each["IsLatest"]]
            markers += page.get("DeleteMarkers", ())
        return versions, markers
