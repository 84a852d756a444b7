"""A playlist as it was: on a screen, and as CSV and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playlake.output.drawings import Heading
from playlake.output.formats import json_text
from playlake.output.table import Field, Kind, Table
from playlake_contracts.sources.references import link_of_song
from playlake_lake.asking.when import shown
from playlake_lake.history.values import UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.history.moments import PlaylistAt
    from playlake.output.screen import Part
    from playlake_lake.history import Entry

_SCREEN = (
    Field("position", Kind.COUNT, 9, "#"),
    Field("name", Kind.TEXT, 8, "title"),
    Field("artist_names", Kind.TEXT, 7, "artists"),
    Field("added_at", Kind.DATE, 6, "added"),
    Field("added_by", Kind.TEXT, 5, "by"),
)
_FILE = (
    Field("position", Kind.NUMBER),
    Field("name"),
    Field("artist_names"),
    Field("item_type", Kind.WORD),
    Field("added_at", Kind.MOMENT),
    Field("added_by"),
    Field("uri", Kind.ID),
    Field("url", Kind.ID),
)


def title_of(entry: Entry) -> str:
    """The title of an entry, marked as the last known one if it is unavailable."""
    title = bare_title_of(entry)
    return f"{title} ({UNAVAILABLE})" if entry.name and entry.item_type == UNAVAILABLE else title


def bare_title_of(entry: Entry) -> str:
    """The title of an entry; of one that has none, what it is."""
    return entry.name or f"({entry.item_type})"


def entries_text(count: int) -> str:
    """A number of entries in words."""
    return "1 entry" if count == 1 else f"{count:,} entries"


def screen(shown_at: PlaylistAt, limit: int | None, *, is_gone_now: bool) -> list[Part]:
    """A playlist at a moment, for a person.

    Args:
        shown_at: the playlist.
        limit: the most entries; None: all.
        is_gone_now: whether it is gone since, at the end of the lake.
    """
    contents = shown_at.held.contents
    rows = [
        (
            place,
            title_of(entry),
            entry.artist_names,
            entry.added_at and entry.added_at.date(),
            entry.added_by,
        )
        for place, entry in enumerate(contents[:limit], start=1)
    ]
    left = [] if len(rows) == len(contents) else [_more(len(contents), limit or 0)]
    table = Table(_SCREEN, rows)
    return [
        Heading(shown_at.name),
        *_sentences(shown_at, is_gone_now=is_gone_now),
        "",
        *([table] if rows else ["It was empty."]),
        *left,
    ]


def entries_table(contents: Sequence[Entry]) -> Table:
    """The entries for a program: positions count from 0, as in the tables of the lake."""
    return Table(_FILE, [tuple(_values(*each).values()) for each in enumerate(contents)])


def playlist_json(shown_at: PlaylistAt) -> str:
    """A playlist at a moment as JSON."""
    held, metadata = shown_at.held, shown_at.metadata
    entries = [_values(*each) for each in enumerate(held.contents)]
    return json_text(
        {
            "source": shown_at.named.playlist.source,
            "playlist_id": shown_at.named.playlist.id,
            "name": shown_at.name,
            "description": metadata.description,
            "owner_id": metadata.owner,
            "is_public": metadata.public,
            "is_collaborative": metadata.collaborative,
            "at": shown_at.at.isoformat(),
            "seen_at": held.seen.at.isoformat(),
            "seen_run_id": held.seen.run_id,
            "contents_run_id": held.contents_of,
            "is_gone": held.is_gone,
            "entries": [{**each, "added_at": _text(each["added_at"])} for each in entries],
        }
    )


def _values(position: int, entry: Entry) -> dict[str, Any]:
    return {
        "position": position,
        "name": entry.name,
        "artist_names": entry.artist_names,
        "item_type": entry.item_type,
        "added_at": entry.added_at,
        "added_by": entry.added_by,
        "uri": entry.identity,
        "url": link_of_song(entry.identity),
    }


def _text(moment: Any) -> str | None:  # noqa: ANN401 - a time or nothing
    return None if moment is None else str(moment.isoformat())


def _sentences(shown_at: PlaylistAt, *, is_gone_now: bool) -> list[str]:
    held = shown_at.held
    unchanged = (
        "" if held.contents_of == held.seen.run_id else f", unchanged since run {held.contents_of}"
    )
    sentences = [
        f"{entries_text(len(held.contents))} at {shown(shown_at.at)}.",
        f"Seen at {shown(held.seen.at)} by run {held.seen.run_id}{unchanged}.",
    ]
    if shown_at.name != shown_at.named.name:
        sentences.append(f"Now its name is {shown_at.named.told}.")
    if held.is_gone:
        sentences.append("It was gone by then: these are the last contents that were read.")
    elif is_gone_now:
        sentences.append("It is gone since.")
    return sentences


def _more(entries: int, limit: int) -> str:
    return f"{entries - limit:,} more entries: --limit {entries} shows all"
