"""A lake in a folder that a backfill reads and writes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_backfill.places import FITTING, Opened
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, table_prefix
from playlake_contracts.s3_events import StoredObject
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.folder import FolderRejects
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.committers import Bounds
from playlake_transformer.folder_committer import folder_committer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from playlake_lake.folder import Folder
    from playlake_transformer.ports import Transforms


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A lake in a folder; implements `places.Place`. Listing all of it costs little."""

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
        bounds = Bounds(raw_budget(FITTING))
        committer = folder_committer(self.folder, transforms, SystemClock(), bounds)
        yield Opened(committer, FolderRejects(self.folder))
