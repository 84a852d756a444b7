"""The committed files of a lake on AWS, as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_aws.errors import explained
from playlake_aws.listing import AwsListing
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from playlake_aws.lake import AwsLake


@dataclass(frozen=True, slots=True)
class AwsFiles:
    """The files of a lake on AWS; every method may raise a `LakeError`."""

    lake: AwsLake

    @property
    def repair(self) -> None:
        """No command repairs them: a replay writes them anew."""

    def tables(self) -> Collection[str]:
        """Every table."""
        return list(TABLES)

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of some days; None is every day."""
        return AwsListing(self.lake, dates).marks()

    def read(self, key: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        s3, bucket = self.lake.aws.s3, self.lake.deployment.curated_bucket
        with explained(self.lake.place):
            try:
                return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            except s3.exceptions.NoSuchKey:
                return None
