"""A lake on S3 that a backfill reads and writes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.errors import explained
from playlake_aws.lake import AwsLake
from playlake_aws.listing import AwsListing
from playlake_backfill.places import FITTING, Opened
from playlake_transformer.adapters.clients import open_lake_clients
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.adapters.s3_records import S3Rejects
from playlake_transformer.committers import Bounds
from playlake_transformer.s3_committer import Buckets, s3_committer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from playlake_aws.deployment import Deployment
    from playlake_contracts.s3_events import StoredObject
    from playlake_transformer.ports import Transforms


@dataclass(frozen=True, slots=True)
class BucketsPlace:
    """A lake on S3; implements `places.Place`.

    AWS's own variables and roles give the credentials.
    """

    deployment: Deployment

    def landed(self, dates: Sequence[str] | None) -> list[StoredObject]:
        """The raw objects of some days."""
        with explained(str(self.deployment)):
            return [each.stored for each in self._listing(dates).raw()]

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of some days."""
        with explained(str(self.deployment)):
            return self._listing(dates).marks()

    def records(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the reject records of some days."""
        with explained(str(self.deployment)):
            return self._listing(dates).records()

    @asynccontextmanager
    async def open(self, transforms: Transforms, at_once: int) -> AsyncIterator[Opened]:
        """Open what commits, with clients of its own."""
        deployment = self.deployment
        buckets = Buckets(
            deployment.raw_bucket, deployment.curated_bucket, deployment.names.glue_database
        )
        bounds = Bounds(raw_budget(FITTING))
        opening = open_lake_clients(deployment.region, at_once, deployment.account)
        async with opening as clients:
            committer = s3_committer(clients, buckets, transforms, SystemClock(), bounds)
            yield Opened(committer, S3Rejects(clients.s3, deployment.curated_bucket))

    def _listing(self, dates: Sequence[str] | None) -> AwsListing:
        lake = AwsLake(self.deployment, AwsOfEnvironment(self.deployment.region))
        return AwsListing(lake, dates)
