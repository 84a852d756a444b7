"""Builds what commits raw objects, to a lake in a folder and to one on S3.

The service, `playlake transform` and a backfill commit by the same code, to the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_transformer.adapters.folder import (
    FolderCuratedObjects,
    FolderRawObjects,
    NoCatalog,
)
from playlake_transformer.adapters.glue import GlueCatalog
from playlake_transformer.adapters.s3 import S3CuratedObjects, S3RawObjects
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.finding_contents import FindingContents

if TYPE_CHECKING:
    from playlake_lake.folder import Folder
    from playlake_transformer.adapters.clients import LakeClients
    from playlake_transformer.ports import Clock, Transforms


@dataclass(frozen=True, slots=True)
class Buckets:
    """Where a lake on S3 is.

    Attributes:
        raw: the bucket of the raw objects.
        curated: the bucket of the Parquet objects.
        glue_database: the database of the tables.
    """

    raw: str
    curated: str
    glue_database: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a committer may take.

    Attributes:
        raw_bytes: most bytes of raw objects in memory at a time, and of one object.
        patience: how long finding the contents of a run may take. Without a queue no message has a
            deadline.
    """

    raw_bytes: int
    patience: timedelta = timedelta(hours=12)


def folder_committer(
    folder: Folder, transforms: Transforms, clock: Clock, bounds: Bounds
) -> Committer:
    """Build what commits raw objects to a lake in a folder."""
    raw, curated = FolderRawObjects(folder, bounds.raw_bytes), FolderCuratedObjects(folder)
    return Committer(
        raw=raw,
        curated=curated,
        catalog=NoCatalog(),
        transforms=transforms,
        contents=FindingContents(raw, curated, transforms, clock, bounds.patience),
        clock=clock,
        budget=ByteBudget(bounds.raw_bytes),
    )


def s3_committer(
    clients: LakeClients, buckets: Buckets, transforms: Transforms, clock: Clock, bounds: Bounds
) -> Committer:
    """Build what commits raw objects to a lake on S3, and registers their days."""
    raw = S3RawObjects(clients.s3, buckets.raw, bounds.raw_bytes)
    curated = S3CuratedObjects(clients.s3, buckets.curated)
    return Committer(
        raw=raw,
        curated=curated,
        catalog=GlueCatalog(clients.glue, buckets.glue_database, buckets.curated),
        transforms=transforms,
        contents=FindingContents(raw, curated, transforms, clock, bounds.patience),
        clock=clock,
        budget=ByteBudget(bounds.raw_bytes),
    )
