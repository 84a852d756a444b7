"""A lake on AWS as the command uses it: it also lands there, and waits for nothing.

AWS's own environment variables and files give credentials, profile and endpoint.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_aws import lake
from playlake_contracts.keys import RAW_PREFIX
from playlake_extractor.public import S3RawStore, S3StateStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class AwsLake(lake.AwsLake):
    """A lake on AWS; implements `lake.Lake`."""

    @property
    def is_synthetic(self) -> bool:
        """A lake on AWS is not marked."""
        return False

    def raw_store(self) -> S3RawStore:
        """Where the extractor lands raw objects."""
        return S3RawStore(self.aws.s3, self.deployment.raw_bucket)

    def state_keys(self, prefix: str) -> list[str]:
        """The keys of what the extractor keeps under a prefix, in order."""
        return list(self.keys(self.deployment.raw_bucket, prefix))

    def state_store(self, key: str) -> S3StateStore:
        """Where the extractor keeps the state under a key."""
        return S3StateStore(self.aws.s3, self.deployment.raw_bucket, key)

    def settings(self) -> Mapping[str, str]:
        """The environment variables that send the extractor to this lake: AWS's own, too."""
        aws = {name: text for name, text in os.environ.items() if name.startswith("AWS_")}
        return {
            "AWS_REGION": self.deployment.region,
            **aws,
            "PLAYLAKE_RAW_BUCKET": self.deployment.raw_bucket,
        }

    def transform(
        self, prefix: str = RAW_PREFIX, say: Callable[[str], None] = lambda _: None
    ) -> None:
        """Say that the service of the deployment transforms what is landed; it is not awaited."""
        say(
            f"What is landed under {prefix} raises events, and the transformer on AWS commits it: "
            f"see `playlake status --lake {self.place}`"
        )
