"""Where a song has been, on a screen and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from playlake.output.cells import plain
from playlake.output.formats import json_text
from playlake.output.playlists import title_of
from playlake.output.table import Field, Kind, Table
from playlake_lake.history.rows import MembershipRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.history.songs import Stay
    from playlake.output.screen import Part
    from playlake_lake.results import Value

_FIELDS: Final = (
    Field("playlist", Kind.TEXT, 9),
    Field("name", Kind.TEXT, 4, "title"),
    Field("artist_names", Kind.TEXT, 3, "artists"),
    Field("first_seen", Kind.WORD, 8, "from"),
    Field("last_seen", Kind.WORD, 7, "to"),
    Field("added_at", Kind.DATE, 5, "added"),
    Field("added_by", Kind.TEXT, 6, "by"),
)


def screen(stays: Sequence[Stay], limit: int | None) -> list[Part]:
    """The stays of a song for a person, with days in UTC."""
    playlists = len({stay.playlist for stay in stays})
    there = sum(stay.membership.still_there is True for stay in stays)
    where = "1 playlist" if playlists == 1 else f"{playlists:,} playlists"
    often = "once" if len(stays) == 1 else f"{len(stays):,} times"
    parts: list[Part] = [
        f"It was put into {where}, {often} in all; {there:,} of these stays go on.",
        "",
        Table(_FIELDS, [_row(stay) for stay in stays[:limit]]),
    ]
    if limit is not None and limit < len(stays):
        parts.append(f"{len(stays) - limit:,} earlier: --limit {len(stays)} shows all")
    return parts


def stays_json(stays: Sequence[Stay]) -> str:
    """The stays of a song as JSON: each as a row of memberships, with the playlist's name."""
    rows = [(stay, asdict(MembershipRow.of(stay.playlist, stay.membership))) for stay in stays]
    return json_text(
        [
            {
                "playlist_name": stay.playlist_name,
                **{name: plain(value) for name, value in row.items()},
            }
            for stay, row in rows
        ]
    )


def _row(stay: Stay) -> tuple[Value, ...]:
    membership = stay.membership
    entry, joining = membership.entry, membership.joining
    begin = joining.first_seen.at.date().isoformat()
    return (
        stay.playlist_name,
        title_of(entry),
        entry.artist_names,
        begin if joining.last_missing is not None else f"<= {begin}",
        _end(stay),
        entry.added_at and entry.added_at.date(),
        entry.added_by,
    )


def _end(stay: Stay) -> str:
    membership = stay.membership
    if membership.still_there:
        return "still there"
    last = membership.last_seen.at.date().isoformat()
    return f"{last}, gone" if membership.still_there is None else last
