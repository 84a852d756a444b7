"""The changes between two snapshots of a playlist, as `playlake diff` finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_lake.history import ChangeKind, difference
from playlake_lake.history.metadata import metadata_changes
from playlake_web.facts.history import Change

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_lake.history import Contents, EntryChange, Metadata


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A complete snapshot of a playlist.

    Attributes:
        fetched_at: when the source answered, UTC.
        metadata: the metadata that was sent with it.
        contents: its entries.
    """

    fetched_at: datetime
    metadata: Metadata
    contents: Contents


def changes_between(run_id: str, old: Snapshot, new: Snapshot) -> list[Change]:
    """The changes of the metadata and the entries of a playlist.

    Args:
        run_id: the run that shows them.
        old: the snapshot before.
        new: the snapshot that is in force now.
    """
    seen_at = new.fetched_at
    of_playlist = [
        _change(run_id, seen_at, kind, old_value=before, new_value=now)
        for kind, before, now in metadata_changes(old.metadata, new.metadata)
    ]
    found = difference(old.contents, new.contents)
    return [*of_playlist, *(_of_entry(run_id, seen_at, each) for each in found.changes)]


def playlist_change(run_id: str, seen_at: datetime, *, is_gone: bool) -> Change:
    """The change of a playlist that is gone, or there again."""
    return _change(run_id, seen_at, ChangeKind.GONE if is_gone else ChangeKind.RETURNED)


def _of_entry(run_id: str, seen_at: datetime, change: EntryChange) -> Change:
    # One that is not available any more has no title.
    is_new = change.new is not None and change.kind is not ChangeKind.UNAVAILABLE
    entry = change.new if is_new else change.old
    if entry is None:
        return _change(run_id, seen_at, change.kind)
    return _change(
        run_id,
        seen_at,
        change.kind,
        identity=entry.known_as,
        item_type=entry.item_type,
        name=entry.name,
        artists=entry.artist_names,
        added_at=entry.added_at,
        added_by=entry.added_by,
        from_position=change.from_position,
        to_position=change.to_position,
    )


def _change(run_id: str, seen_at: datetime, kind: ChangeKind, **known: object) -> Change:
    nothing = dict.fromkeys(Change.model_fields)
    values = {**nothing, "seen_at": seen_at, "run_id": run_id, "change": kind, **known}
    return Change.model_validate(values)
