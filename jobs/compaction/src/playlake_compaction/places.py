"""The lakes that are compacted: in a folder, or on S3.

A place can be pickled: each task of an engine opens its lake for itself.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from playlake_aws.deployment import S3, Deployment
from playlake_lake.compaction.compact import Compaction
from playlake_lake.identity import open_lake
from playlake_lake.marks import held_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from playlake_lake.compaction.store import Store
    from playlake_lake.folder import Folder


@dataclass(frozen=True, slots=True)
class Compactable:
    """A lake that can be compacted.

    Attributes:
        store: its objects.
        tables: the tables that it holds.
        explained: turns the errors of the store's client into a `LakeError`.
        publish: tells a catalog what is in force; see `Compaction`.
    """

    store: Store
    tables: Collection[str]
    explained: Callable[[], AbstractContextManager[None]] = nullcontext
    publish: Callable[[], None] = lambda: None

    def compaction(self, now: datetime, margin: timedelta) -> Compaction:
        """A compaction of the lake, in this process; see `Compaction`."""
        return Compaction(self.store, self.tables, now, margin, publish=self.publish)


class Place(Protocol):
    """A lake, as a task can be given it."""

    def open(self) -> Compactable:
        """Open it.

        Raises:
            LakeError: it cannot be used.
        """


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A lake in a folder, which every machine reaches by the same path; implements `Place`."""

    folder: Folder

    def open(self) -> Compactable:
        """Open it."""
        return Compactable(self.folder, held_tables(self.folder))


def place_of(text: str) -> Place:
    """The place of a lake that exists.

    Args:
        text: the path of a folder, or s3://BUCKET of a deployment.

    Raises:
        LakeError: it is no such place, or there is no lake.
    """
    # Imported here, because the clients of AWS take a second in each task, and a folder needs none.
    if text.startswith(S3):
        from playlake_compaction.on_s3 import S3Place  # noqa: PLC0415

        return S3Place(Deployment.parse(text))
    return FolderPlace(open_lake(Path(text).expanduser().absolute())[0])
