"""Builds what commits raw objects to a lake on S3, and registers their days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_transformer.adapters.glue import GlueCatalog
from playlake_transformer.adapters.s3 import S3CuratedObjects, S3RawObjects
from playlake_transformer.committers import committer_of

if TYPE_CHECKING:
    from playlake_transformer.adapters.clients import LakeClients
    from playlake_transformer.committer import Committer
    from playlake_transformer.committers import Bounds
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


def s3_committer(
    clients: LakeClients, buckets: Buckets, transforms: Transforms, clock: Clock, bounds: Bounds
) -> Committer:
    """Build what commits to buckets."""
    raw = S3RawObjects(clients.s3, buckets.raw, bounds.raw_bytes)
    curated = S3CuratedObjects(clients.s3, buckets.curated)
    catalog = GlueCatalog(clients.glue, buckets.glue_database, buckets.curated)
    return committer_of(raw, curated, catalog, transforms, clock, bounds)
