"""The kept covers of a lake on AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_aws.errors import explained
from playlake_contracts.covers import KeptCovers
from playlake_contracts.keys import COVER_LINKS_PREFIX, cover_image_key

if TYPE_CHECKING:
    from playlake_aws.lake import AwsLake


@dataclass(frozen=True, slots=True)
class AwsCovers:
    """The kept covers of a lake on AWS; implements `playlake_web.reader.Covers`."""

    lake: AwsLake

    def kept(self) -> KeptCovers:
        """The images that are kept, by the addresses that led to them."""
        return KeptCovers(self.lake.keys(self.lake.deployment.raw_bucket, COVER_LINKS_PREFIX))

    def image(self, digest: str) -> bytes | None:
        """The image with a SHA-256, in hexadecimal; None if it is not kept."""
        s3, bucket = self.lake.aws.s3, self.lake.deployment.raw_bucket
        with explained(self.lake.place):
            try:
                return s3.get_object(Bucket=bucket, Key=cover_image_key(digest))["Body"].read()
            except s3.exceptions.NoSuchKey:
                return None
