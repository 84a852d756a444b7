"""Finds what is left to do, and commits raw objects by the code of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.backlog import undone
from playlake_transformer.backlog import Backlog
from playlake_transformer.domain.events import RawObjectCreated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_backfill.chosen import Chosen
    from playlake_backfill.done import Done
    from playlake_backfill.places import Place
    from playlake_contracts.s3_events import StoredObject
    from playlake_transformer.ports import Transforms


@dataclass(frozen=True, slots=True)
class Work:
    """The raw objects that a backfill means.

    Attributes:
        left: those that are neither committed nor rejected.
        committed: number of those that have a commit mark.
        rejected: number of those that have a record of why they are rejected, and no mark.
    """

    left: list[StoredObject]
    committed: int
    rejected: int


def find_work(place: Place, chosen: Chosen) -> Work:
    """List a lake.

    Raises:
        NothingChosenError: no raw object is meant.
        LakeError: the lake cannot be listed.
    """
    dates = chosen.dates
    # Raw objects first: what is committed meanwhile has its mark when the marks are listed.
    meant = chosen.of(place.landed(dates))
    marks, records = place.marks(dates), place.records(dates)
    names = [str(each.key) for each in meant]
    unmarked = set(undone(names, marks))
    left = unmarked.intersection(undone(names, [*marks, *records]))
    return Work(
        left=[each for each in meant if each.key in left],
        committed=len(meant) - len(unmarked),
        rejected=len(unmarked) - len(left),
    )


async def commit(
    place: Place,
    objects: Iterable[StoredObject],
    transforms: Transforms,
    at_once: int,
    done: Done,
) -> None:
    """Commit raw objects in their order, `at_once` of them at a time, and note what became of each.

    One that fails or is rejected stops no other.
    """
    async with place.open(transforms, at_once) as (committer, rejects):
        backlog = Backlog(committer, rejects, at_once, note=done.note)
        await backlog.commit_listed(map(_created, objects))


def _created(stored: StoredObject) -> RawObjectCreated:
    return RawObjectCreated(stored.key, stored.size, stored.etag or None, version_id=None)
