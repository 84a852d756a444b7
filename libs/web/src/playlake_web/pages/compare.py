"""Two days of a playlist, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_lake.history import ChangeKind, difference
from playlake_lake.history.values import Entry as Held
from playlake_web.pages.environment import Page

if TYPE_CHECKING:
    from datetime import date

    from playlake_web.facts.history import Entry
    from playlake_web.pages.playlist import PlaylistView, Then


def compare_page(view: PlaylistView, first: date, last: date) -> Page | None:
    """A playlist on two days; None if it had not been read until one of them."""
    old, new = view.then(first), view.then(last)
    if old is None or new is None:
        return None
    values = {
        "playlist": view.playlist,
        "here_page": view.here,
        "first": first,
        "last": last,
        "days": view.days,
        "old_total": old.total,
        "new_total": new.total,
        "who": view.who,
        "credits": view.credits,
        **_difference(old, new),
    }
    return Page("compare.html", values, here="/playlists")


def _difference(old: Then, new: Then) -> dict[str, object]:
    """What left, came, moved and stayed, by the rules of the history."""
    before, after = old.moment.entries, new.moment.entries
    found = difference(_held(before), _held(after))
    left, came, moved = [], [], []
    for change in found.changes:
        match change.kind:
            case ChangeKind.REMOVED if change.from_position is not None:
                left.append(before[change.from_position])
            case ChangeKind.ADDED if change.to_position is not None:
                came.append(after[change.to_position])
            case ChangeKind.MOVED if change.to_position is not None:
                moved.append((after[change.to_position], change.from_position))
    new_ones = {entry.position for entry in came}
    stayed = [entry for entry in after if entry.position not in new_ones]
    return {"left": left, "came": came, "moved": moved, "stayed": stayed}


def _held(entries: tuple[Entry, ...]) -> tuple[Held, ...]:
    return tuple(
        Held(each.identity, each.added_at, each.added_by, each.item_type, each.name, each.artists)
        for each in entries
    )
