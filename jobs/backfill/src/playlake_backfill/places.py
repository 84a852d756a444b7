"""The lakes that a backfill reads and writes: in a folder, or on S3.

A place can be pickled: each task of an engine opens it for itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from playlake_aws.deployment import S3, Deployment
from playlake_lake.identity import open_lake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from playlake_contracts.s3_events import StoredObject
    from playlake_transformer.committer import Committer
    from playlake_transformer.ports import Rejects, Transforms

# The bytes of raw objects in memory are bounded by the memory, as they are in the service.
FITTING: Final = 0


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


def place_of(text: str) -> Place:
    """The place of a lake that exists.

    Args:
        text: the path of a folder, or s3://BUCKET of a deployment.

    Raises:
        LakeError: it is no such place, or there is no lake.
    """
    # Imported here, because the clients of AWS take a second in each task, and a folder needs none.
    if text.startswith(S3):
        from playlake_backfill.buckets_place import BucketsPlace  # noqa: PLC0415

        return BucketsPlace(Deployment.parse(text))
    from playlake_backfill.folder_place import FolderPlace  # noqa: PLC0415

    return FolderPlace(open_lake(Path(text).expanduser().absolute())[0])
