"""The lakes that a backfill reads and writes: in a folder, or on S3.

A place can be pickled: each task of an engine opens it for itself.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.deployment import S3, Deployment
from playlake_aws.errors import explained
from playlake_aws.lake import AwsLake
from playlake_aws.listing import AwsListing
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, table_prefix
from playlake_contracts.s3_events import StoredObject
from playlake_lake.identity import open_lake
from playlake_transformer.adapters.clients import open_lake_clients
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.folder import FolderRejects
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.adapters.s3_records import S3Rejects
from playlake_transformer.committers import Bounds, Buckets, folder_committer, s3_committer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from playlake_lake.folder import Folder
    from playlake_transformer.committer import Committer
    from playlake_transformer.ports import Rejects, Transforms

# The bytes of a raw object bound the memory, as they do in the service.
_FITTING: Final = 0


class Opened(NamedTuple):
    """What commits to a place, and what keeps the records of rejects there."""

    committer: Committer
    rejects: Rejects


class Place(Protocol):
    """A lake; listing it may raise a `LakeError`."""

    def landed(self, dates: Sequence[str] | None) -> list[StoredObject]:
        """The raw objects of some days, and perhaps of others; None is every day."""

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of some days."""

    def records(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the reject records of some days."""

    def open(self, transforms: Transforms, at_once: int) -> AbstractAsyncContextManager[Opened]:
        """Open what commits.

        Args:
            transforms: what transforms.
            at_once: number of raw objects that are committed at a time.
        """


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A lake in a folder; implements `Place`. Listing all of it costs little."""

    folder: Folder

    def landed(self, dates: Sequence[str] | None) -> list[StoredObject]:
        """The raw objects of every day; their ETags are not known."""
        del dates
        found = raw_keys(self.folder.keys(RAW_PREFIX))
        sizes = ((key, self.folder.size(str(key))) for key in found)
        return [StoredObject(key, size, "") for key, size in sizes if size is not None]

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of every day."""
        del dates
        return list(self.folder.keys(table_prefix("loads")))

    def records(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the reject records of every day."""
        del dates
        return list(self.folder.keys(REJECTED_PREFIX))

    @asynccontextmanager
    async def open(self, transforms: Transforms, at_once: int) -> AsyncIterator[Opened]:
        """Open what commits."""
        del at_once
        bounds = Bounds(raw_budget(_FITTING))
        committer = folder_committer(self.folder, transforms, SystemClock(), bounds)
        yield Opened(committer, FolderRejects(self.folder))


@dataclass(frozen=True, slots=True)
class BucketsPlace:
    """A lake on S3; implements `Place`. AWS's own variables and roles give the credentials."""

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
        bounds = Bounds(raw_budget(_FITTING))
        async with open_lake_clients(deployment.region, at_once) as clients:
            committer = s3_committer(clients, buckets, transforms, SystemClock(), bounds)
            yield Opened(committer, S3Rejects(clients.s3, deployment.curated_bucket))

    def _listing(self, dates: Sequence[str] | None) -> AwsListing:
        lake = AwsLake(self.deployment, AwsOfEnvironment(self.deployment.region))
        return AwsListing(lake, dates)


def place_of(text: str) -> Place:
    """The place of a lake that exists.

    Args:
        text: the path of a folder, or s3://BUCKET of a deployment.

    Raises:
        LakeError: it is no such place, or there is no lake.
    """
    if text.startswith(S3):
        return BucketsPlace(Deployment.parse(text))
    return FolderPlace(open_lake(Path(text).expanduser().absolute())[0])
