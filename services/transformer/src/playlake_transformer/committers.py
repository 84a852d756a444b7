"""Puts a committer together, whichever lake it commits to.

The service, `playlake transform` and a backfill commit by the same code, to the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_transformer.clean_raw import CleanRawObjects
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.finding_contents import FindingContents

if TYPE_CHECKING:
    from playlake_transformer.ports import (
        Catalog,
        Clock,
        CuratedObjects,
        RawObjects,
        Transforms,
    )


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


def committer_of(
    raw: RawObjects,
    curated: CuratedObjects,
    catalog: Catalog,
    transforms: Transforms,
    clock: Clock,
    bounds: Bounds,
) -> Committer:
    """Put a committer together from the two ends of a lake, its catalog and what transforms."""
    clean = CleanRawObjects(raw, clock)
    return Committer(
        raw=clean,
        curated=curated,
        catalog=catalog,
        transforms=transforms,
        contents=FindingContents(clean, curated, transforms, clock, bounds.patience),
        clock=clock,
        budget=ByteBudget(bounds.raw_bytes),
    )
