"""Builds what commits raw objects to a lake in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_transformer.adapters.folder import (
    FolderCuratedObjects,
    FolderRawObjects,
    NoCatalog,
)
from playlake_transformer.committers import committer_of

if TYPE_CHECKING:
    from playlake_lake.folder import Folder
    from playlake_transformer.committer import Committer
    from playlake_transformer.committers import Bounds
    from playlake_transformer.ports import Clock, Transforms


def folder_committer(
    folder: Folder, transforms: Transforms, clock: Clock, bounds: Bounds
) -> Committer:
    """Build what commits to a folder."""
    raw, curated = FolderRawObjects(folder, bounds.raw_bytes), FolderCuratedObjects(folder)
    return committer_of(raw, curated, NoCatalog(), transforms, clock, bounds)
