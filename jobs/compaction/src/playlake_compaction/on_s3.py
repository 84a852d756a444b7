"""A lake on S3 that is compacted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.errors import explained
from playlake_aws.history_views import publish
from playlake_aws.lake import AwsLake
from playlake_compaction.places import Compactable
from playlake_contracts.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from playlake_aws.deployment import Deployment


@dataclass(frozen=True, slots=True)
class S3Place:
    """A lake on S3; implements `places.Place`.

    AWS's own variables and roles give the credentials.
    """

    deployment: Deployment

    def open(self) -> Compactable:
        """Open it, with clients of its own."""
        deployment = self.deployment
        aws = AwsOfEnvironment(deployment.region, deployment.account)
        return compactable(AwsLake(deployment, aws))


def compactable(lake: AwsLake) -> Compactable:
    """A lake on AWS, for compaction."""
    explained_there = partial(explained, lake.place)
    return Compactable(lake.store, TABLE_NAMES, explained_there, partial(publish, lake))
