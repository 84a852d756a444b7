"""The history as rows of tables: `changes`, `memberships` and `timeline`.

The attributes are the columns of `playlake_contracts.history_tables`. The time and the run of an
observation are two columns, and both are null if there is no such observation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_lake.history.records import Playlist
    from playlake_lake.history.values import Change, Instant, Membership, Standing, Stretch


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row of `changes`: see `values.Change`. The key is all columns up to `to_position`.

    Attributes:
        source: the service that the playlist comes from.
        playlist_id: the source's id of the playlist.
        seen_at: the time of the observation that shows the change, UTC.
        run_id: the run of that observation.
        change: one of `values.ChangeKind`.
        from_position: position before, from 0.
        to_position: position after, from 0.
        since_at: the time of the observation of contents before, UTC.
        since_run_id: the run of that observation.
        identity: as in `playlist_items`; of an unavailable entry, the one that it had.
        item_type: as in `playlist_items`.
        name: title.
        artist_names: names of the artists.
        added_at: when the entry was added, UTC.
        added_by: who added it.
        old_value: of metadata, the value before.
        new_value: of metadata, the value after.
    """

    source: str
    playlist_id: str
    seen_at: datetime
    run_id: str
    change: str
    from_position: int | None
    to_position: int | None
    since_at: datetime | None
    since_run_id: str | None
    identity: str | None
    item_type: str | None
    name: str | None
    artist_names: str | None
    added_at: datetime | None
    added_by: str | None
    old_value: str | None
    new_value: str | None

    @classmethod
    def of(cls, playlist: Playlist, change: Change) -> Self:
        """The row of a change."""
        entry = change.entry
        return cls(
            *playlist,
            *change.seen,
            change.kind.value,
            change.from_position,
            change.to_position,
            *_columns(change.since),
            identity=entry and entry.known_as,
            item_type=entry and entry.item_type,
            name=entry and entry.name,
            artist_names=entry and entry.artist_names,
            added_at=entry and entry.added_at,
            added_by=entry and entry.added_by,
            old_value=change.old,
            new_value=change.new,
        )


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A row of `memberships`: see `values.Membership`.

    The key is source, playlist_id, identity and copy; entries without identity are numbered apart.

    Attributes:
        source: the service that the playlist comes from.
        playlist_id: the source's id of the playlist.
        identity: as in `playlist_items`; of an unavailable entry, the one that it had.
        copy: number of the membership among those of the identity, from 1.
        item_type: as in `playlist_items`, in its last form.
        name: title.
        artist_names: names of the artists.
        added_at: when the entry was added, UTC; if it was readded, the last time.
        added_by: who added it.
        last_missing_at: the time of the observation before the first that shows it, UTC.
        last_missing_run_id: the run of that observation.
        first_seen_at: the time of the first observation that shows it, UTC.
        first_seen_run_id: the run of that observation.
        last_seen_at: the time of the last observation that shows it, UTC.
        last_seen_run_id: the run of that observation.
        first_missing_at: the time of the first observation without it, UTC.
        first_missing_run_id: the run of that observation.
        first_position: position when it was first seen, from 0.
        last_position: position when it was last seen, from 0.
        times_readded: how often it was taken out and put back in between.
        still_there: whether it is there; null while the playlist is gone.
    """

    source: str
    playlist_id: str
    identity: str | None
    copy: int
    item_type: str
    name: str | None
    artist_names: str | None
    added_at: datetime | None
    added_by: str | None
    last_missing_at: datetime | None
    last_missing_run_id: str | None
    first_seen_at: datetime
    first_seen_run_id: str
    last_seen_at: datetime
    last_seen_run_id: str
    first_missing_at: datetime | None
    first_missing_run_id: str | None
    first_position: int
    last_position: int
    times_readded: int
    still_there: bool | None

    @classmethod
    def of(cls, playlist: Playlist, membership: Membership) -> Self:
        """The row of a membership."""
        entry, joining = membership.entry, membership.joining
        return cls(
            *playlist,
            entry.known_as,
            joining.copy,
            entry.item_type,
            entry.name,
            entry.artist_names,
            entry.added_at,
            entry.added_by,
            *_columns(joining.last_missing),
            *joining.first_seen,
            *membership.last_seen,
            *_columns(membership.first_missing),
            first_position=joining.position,
            last_position=membership.position,
            times_readded=joining.readded,
            still_there=membership.still_there,
        )


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of `timeline`: see `values.Stretch`. The key is source, playlist_id and first_run_id.

    Attributes:
        source: the service that the playlist comes from.
        playlist_id: the source's id of the playlist.
        standing: unknown, there or gone.
        first_at: the time of the first run of the stretch, UTC.
        first_run_id: that run.
        last_at: the time of the last run that asserts the same, UTC.
        last_run_id: that run.
        contents_run_id: the run of the first snapshot with these contents.
        entries: number of entries.
        runs: number of runs.
        silent_runs: number of these that assert nothing.
        unresolved_runs: number of silent ones that refer to a snapshot that the lake lacks.
    """

    source: str
    playlist_id: str
    standing: Standing
    first_at: datetime
    first_run_id: str
    last_at: datetime
    last_run_id: str
    contents_run_id: str | None
    entries: int | None
    runs: int
    silent_runs: int
    unresolved_runs: int

    @classmethod
    def of(cls, playlist: Playlist, stretch: Stretch) -> Self:
        """The row of a stretch."""
        return cls(
            *playlist,
            stretch.standing,
            *stretch.first,
            *stretch.last,
            stretch.contents_of,
            stretch.entries,
            stretch.runs,
            stretch.silent,
            stretch.unresolved,
        )


def _columns(instant: Instant | None) -> tuple[datetime | None, str | None]:
    return (None, None) if instant is None else instant
