"""A deployment on AWS: by its name, account and region everything of its lake is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from playlake_contracts.resource_names import ResourceNames
from playlake_lake.errors import QuestionError

S3: Final = "s3://"
_BUCKET: Final = re.compile(
    r"(?P<deployment>[a-z0-9-]+)-(?:raw|curated)-(?P<account>[0-9]{12})-(?P<region>[a-z0-9-]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A lake on AWS: a deployment's name, account and region."""

    names: ResourceNames
    account: str
    region: str

    @classmethod
    def parse(cls, address: str) -> Deployment:
        """The deployment of one of its two buckets.

        Args:
            address: the bucket's name, or its s3:// address.

        Raises:
            QuestionError: no deployment has a bucket of this name.
        """
        match = _BUCKET.fullmatch(address.removeprefix(S3).rstrip("/"))
        if match is None:
            raise QuestionError(
                f"{address[:200]} is not the address of a deployment's bucket, such as "
                f"{S3}playlake-raw-123456789012-eu-central-1"
            )
        return cls(ResourceNames(match["deployment"]), match["account"], match["region"])

    @property
    def raw_bucket(self) -> str:
        """The bucket of raw objects."""
        return self.names.raw_bucket(self.account, self.region)

    @property
    def curated_bucket(self) -> str:
        """The bucket of Parquet objects."""
        return self.names.curated_bucket(self.account, self.region)

    def __str__(self) -> str:
        return f"{S3}{self.raw_bucket}"
