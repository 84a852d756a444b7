"""Changes of a playlist, each with a symbol, so that colour only repeats what the text says."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from playlake.history.playlists import told
from playlake.output.drawings import Heading
from playlake.output.formats import json_text
from playlake.output.playlists import entries_text, title_of
from playlake.output.table import Field, Kind, Table
from playlake_lake.asking.when import shown
from playlake_lake.history import ChangeKind
from playlake_lake.history.telling import in_order, places, sign, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from playlake.history.comparing import Compared
    from playlake.history.moments import PlaylistAt
    from playlake.output.screen import Part
    from playlake_lake.history import Entry, EntryChange, MovedRange

_STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "x": "bold red",
        "o": "bold green",
        "~": "yellow",
        "+": "green",
        "-": "red",
        "*": "green",
        "!": "magenta",
        "^": "magenta",
        ">": "cyan",
    }
)
_FIELDS: Final = (
    Field("change", Kind.WORD, 9),
    Field("position", Kind.WORD, 8, "#"),
    Field("name", Kind.TEXT, 7, "title"),
    Field("artist_names", Kind.TEXT, 6, "artists"),
    Field("added_at", Kind.DATE, 4, "added"),
    Field("added_by", Kind.TEXT, 5, "by"),
)
_ONLY_IN_ONE: Final = {ChangeKind.REMOVED, ChangeKind.ADDED}
_Row = tuple[str, str | None, str, str | None, "date | None", str | None]


def screen(compared: Compared, limit: int | None) -> list[Part]:
    """What distinguishes two sides, for a person.

    Args:
        compared: the two sides.
        limit: the most lines of changes; None: all.
    """
    rows = list(_rows(compared))
    first = rows[:limit]
    parts: list[Part] = [*_head(compared), _summary(compared)]
    if first:
        styles = [_STYLES[sign(kind)] for kind, _ in first]
        shown_rows = [_of_side(*each) if compared.is_of_two else each[1] for each in first]
        parts += ["", Table(_FIELDS, shown_rows, styles=styles)]
    if len(first) < len(rows):
        parts.append(f"{len(rows) - len(first):,} more changes: --limit {len(rows)} shows all")
    return parts


def changes_json(compared: Compared) -> str:
    """What distinguishes two sides as JSON; positions count from 0, as in the tables."""
    of_playlist = [
        {"kind": kind.value, "old": old, "new": new} for kind, old, new in compared.playlist_changes
    ]
    return json_text(
        {
            "from": _side(compared.old),
            "to": _side(compared.new),
            "changes": [*of_playlist, *map(_entry_object, compared.entry_changes)],
        }
    )


def entry_fields(entry: Entry | None) -> dict[str, Any]:
    """What JSON says of the entry of a change."""
    if entry is None:
        return {}
    return {
        "uri": entry.known_as,
        "name": entry.name,
        "artist_names": entry.artist_names,
        "added_at": None if entry.added_at is None else entry.added_at.isoformat(),
        "added_by": entry.added_by,
    }


def _side(one: PlaylistAt) -> dict[str, Any]:
    return {
        "source": one.named.playlist.source,
        "playlist_id": one.named.playlist.id,
        "name": one.name,
        "at": one.at.isoformat(),
        "seen_at": one.held.seen.at.isoformat(),
        "seen_run_id": one.held.seen.run_id,
        "contents_run_id": one.held.contents_of,
        "is_gone": one.held.is_gone,
        "entries": len(one.held.contents),
    }


def _entry_object(change: EntryChange) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "from_position": change.from_position,
        "to_position": change.to_position,
        **entry_fields(_told(change)),
    }


def _told(change: EntryChange) -> Entry | None:
    """The entry that says more: one that is not available has no title any more."""
    is_new = change.new is not None and change.kind is not ChangeKind.UNAVAILABLE
    return change.new if is_new else change.old


def _head(compared: Compared) -> list[Part]:
    old, new = compared.old, compared.new
    if compared.is_of_two:
        return [
            Heading(f"{told(old.name)} and {told(new.name)}"),
            f"- {_of_two(old)}",
            f"+ {_of_two(new)}",
        ]
    return [Heading(new.name), f"from {_of_one(old)}", f"to   {_of_one(new)}"]


def _of_one(one: PlaylistAt) -> str:
    return f"{shown(one.at)}, {entries_text(len(one.held.contents))}"


def _of_two(one: PlaylistAt) -> str:
    entries = entries_text(len(one.held.contents))
    return f"only in {told(one.name)}, which has {entries} at {shown(one.at)}"


def _of_side(kind: ChangeKind, row: _Row) -> _Row:
    """A row of two playlists: nobody added or removed what only one of them has."""
    return (sign(kind), *row[1:]) if kind in _ONLY_IN_ONE else row


def _summary(compared: Compared) -> str:
    kinds = [change.kind for change in compared.entry_changes]
    if compared.is_of_two:
        return _summary_of_two(compared, {kind: kinds.count(kind) for kind in in_order(kinds)})
    words = summary([*(kind for kind, *_ in compared.playlist_changes), *kinds])
    if words:
        return f"{words}."
    return "No run has seen it change." if compared.old.at == compared.new.at else "No change."


def _summary_of_two(compared: Compared, counts: Mapping[ChangeKind, int]) -> str:
    old_only, new_only = counts.get(ChangeKind.REMOVED, 0), counts.get(ChangeKind.ADDED, 0)
    both = len(compared.new.held.contents) - new_only
    rest = [f"{count:,} {kind}" for kind, count in counts.items() if kind not in _ONLY_IN_ONE]
    only = [
        f"{old_only:,} only in {told(compared.old.name)}",
        f"{new_only:,} only in {told(compared.new.name)}",
    ]
    return f"{', '.join([f'{both:,} in both', *only, *rest])}."


def _rows(compared: Compared) -> Iterator[tuple[ChangeKind, _Row]]:
    for kind, old, new in compared.playlist_changes:
        text = "" if new is None else f"{old or '(none)'} → {new}"
        yield kind, (_label(kind), None, text, None, None, None)
    for kind in in_order(change.kind for change in compared.entry_changes):
        if kind is ChangeKind.MOVED:
            contents = compared.new.held.contents
            for moved in compared.found.moved_ranges():
                yield kind, _moved(moved, contents[moved.to_first])
        else:
            for change in compared.entry_changes:
                if change.kind is kind:
                    yield kind, _entry(change)


def _entry(change: EntryChange) -> _Row:
    place = change.from_position if change.to_position is None else change.to_position
    return _row(change.kind, str((place or 0) + 1), _told(change))


def _moved(moved: MovedRange, first: Entry) -> _Row:
    position = f"{places(moved.from_first, moved.count)} → {places(moved.to_first, moved.count)}"
    if moved.count == 1:
        return _row(ChangeKind.MOVED, position, first)
    name = f"{moved.count:,} entries, the first is {title_of(first)}"
    return _label(ChangeKind.MOVED), position, name, first.artist_names, None, None


def _row(kind: ChangeKind, position: str, entry: Entry | None) -> _Row:
    if entry is None:
        return _label(kind), position, "", None, None, None
    added = None if entry.added_at is None else entry.added_at.date()
    return (_label(kind), position, title_of(entry), entry.artist_names, added, entry.added_by)


def _label(kind: ChangeKind) -> str:
    return f"{sign(kind)} {kind}"
