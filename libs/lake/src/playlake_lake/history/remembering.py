"""The contents in force: as they were read, and where they are silent, as they were before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake_lake.history.matching import Matching
    from playlake_lake.history.values import Contents, Entry


def remembered(old: Contents, new: Contents, matching: Matching) -> Contents:
    """New contents, in which entries are remembered that lack their item, title, identity or time.

    Args:
        old: the contents in force before.
        new: the contents as they were read.
        matching: which entry is which.
    """
    if not any(map(_lacks_something, new)):
        return new
    return tuple(
        entry if place is None else _remembered(old[place], entry)
        for entry, place in zip(new, matching.old_of, strict=True)
    )


def _lacks_something(entry: Entry) -> bool:
    return entry.identity is None or entry.added_at is None or entry.lacks_title


def _remembered(old: Entry, new: Entry) -> Entry:
    if new.is_hole:
        return old
    if new.identity is None and old.known_as is not None:
        # The source sends nothing of an item that it no longer has.
        return old._replace(identity=None, former_identity=old.known_as, item_type=new.item_type)
    if new.lacks_title:
        new = new._replace(name=old.name, artist_names=old.artist_names)
    return new if new.added_at is not None else new._replace(added_at=old.added_at)
