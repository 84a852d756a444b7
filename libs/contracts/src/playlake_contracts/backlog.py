"""What is left to do in a lake: the rule for a folder, the local AWS and AWS. The keys say it.

A raw object is done if it has a commit mark, or a record of why it was rejected.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import decode_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet


def undone(raw: Iterable[str], done: Iterable[str]) -> list[RawKey]:
    """The raw objects that are neither committed nor rejected, in the given order.

    Args:
        raw: the keys of raw objects; those of other files are left out.
        done: the keys of commit marks and of reject records.
    """
    found = set(done)
    return [
        key
        for key in raw_keys(raw)
        if key.curated("loads") not in found and key.rejected not in found
    ]


def rejected(raw: Iterable[str], records: Iterable[str], marks: Iterable[str]) -> list[RawKey]:
    """The raw objects that have a record and were not committed after all, in the given order."""
    without_mark = undone(raw, marks)
    found = set(records)
    return [key for key in without_mark if key.rejected in found]


def raw_keys(keys: Iterable[str]) -> Iterator[RawKey]:
    """The keys of raw objects among some; those of other files are left out."""
    for key in keys:
        with suppress(ValueError):
            yield RawKey.parse(key)


def lacks_events(undone: int, queued: int) -> bool:
    """Whether raw objects that are not done have no event in the queue.

    As long as the queue holds as many messages as there are such objects, their events are taken
    to be on the way. So a queue with a long backlog grows by its own length at most.
    """
    return undone > queued


def missing_parts(manifest: bytes, known: AbstractSet[str]) -> list[str]:
    """The keys of the parts that a manifest names and that are neither landed nor committed.

    Args:
        manifest: its bytes. One that is unreadable names none: transforming it rejects it.
        known: the keys of the raw objects and of the commit marks of the run's day.
    """
    try:
        parts = [RawKey.parse(part.key) for part in decode_manifest(manifest).parts]
    except ValueError:
        return []
    return [str(key) for key in parts if not {str(key), key.curated("loads")} & known]
