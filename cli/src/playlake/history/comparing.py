"""Compares a playlist with itself at another moment, or with another playlist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.history.moments import last_change, moment_of, playlist_at
from playlake_lake.asking.when import shown
from playlake_lake.history import ChangeKind, difference
from playlake_lake.history.metadata import metadata_changes

if TYPE_CHECKING:
    from datetime import datetime

    from playlake.history.moments import PlaylistAt
    from playlake.history.playlists import Named
    from playlake.history.reading import HistoryLake
    from playlake_lake.history import Difference, EntryChange


@dataclass(frozen=True, slots=True)
class Compared:
    """Two playlists, or one at two moments, and what distinguishes them.

    Attributes:
        old: the one side.
        new: the other side.
        playlist_changes: what changed in the playlist as a whole: kind, old and new value; gone
            and returned have no values.
        entry_changes: the changes of its entries.
        found: the difference that these are of.
    """

    old: PlaylistAt
    new: PlaylistAt
    playlist_changes: tuple[tuple[ChangeKind, str | None, str | None], ...]
    entry_changes: tuple[EntryChange, ...]
    found: Difference

    @property
    def is_of_two(self) -> bool:
        """Whether these are two playlists."""
        return self.old.named.playlist != self.new.named.playlist


def moments(
    lake: HistoryLake, named: Named, first: str | None, last: str | None, now: datetime
) -> tuple[datetime, datetime]:
    """The two moments that are compared: those that are given, else the last change before now.

    Raises:
        CommandError: a text is no moment of the past, or the first is after the last.
    """
    if first is None:
        return last_change(lake, named, now) or (now, now)
    begin = moment_of(lake, named, first, now)
    end = now if last is None else moment_of(lake, named, last, now)
    if begin > end:
        raise CommandError(f"FROM ({shown(begin)}) is after TO ({shown(end)}): swap them")
    return begin, end


def compare(lake: HistoryLake, named: Named, begin: datetime, end: datetime) -> Compared:
    """Compare a playlist at two moments.

    Raises:
        CommandError: no run had read it until one of them.
    """
    old, new = playlist_at(lake, named, begin), playlist_at(lake, named, end)
    found = difference(old.held.contents, new.held.contents)
    changed: list[tuple[ChangeKind, str | None, str | None]] = [
        *metadata_changes(old.metadata, new.metadata)
    ]
    if old.held.is_gone != new.held.is_gone:
        kind = ChangeKind.GONE if new.held.is_gone else ChangeKind.RETURNED
        changed.insert(0, (kind, None, None))
    return Compared(old, new, tuple(changed), found.changes, found)


def compare_two(old: PlaylistAt, new: PlaylistAt) -> Compared:
    """Compare two playlists. When an entry was added is no difference, nor is their metadata."""
    found = difference(old.held.contents, new.held.contents)
    changes = tuple(each for each in found.changes if each.kind is not ChangeKind.READDED)
    return Compared(old, new, (), changes, found)
