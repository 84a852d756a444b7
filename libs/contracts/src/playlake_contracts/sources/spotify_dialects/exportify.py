"""The CSV of Exportify and of what follows it, in the headers of its generations.

It says nothing of the playlist itself; its name is that of the file.

https://github.com/watsonbox/exportify and https://github.com/pavelkomarov/exportify
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.dialect_reading import (
    DialectError,
    Json,
    bounded,
    number,
    text_of,
    without_nulls,
)
from playlake_contracts.sources.spotify_dialects.reading import (
    Saved,
    SavedEntry,
    entry_of,
    reference,
    release_date,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What a column is called by the generations, in small letters.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "uri": ("track uri", "spotify uri", "spotify id", "track id"),
    "name": ("track name",),
    "artists": ("artist name(s)", "artist names", "artist name"),
    "artist_uris": ("artist uri(s)", "artist uri", "artist ids", "artist id(s)"),
    "album": ("album name",),
    "album_uri": ("album uri", "album id"),
    "album_artists": ("album artist name(s)",),
    "album_artist_uris": ("album artist uri(s)",),
    "released": ("album release date", "release date"),
    "image": ("album image url",),
    "label": ("record label",),
    "disc": ("disc number",),
    "number": ("track number",),
    "duration": ("track duration (ms)", "duration (ms)"),
    "explicit": ("explicit", "explicit?"),
    "popularity": ("popularity",),
    "isrc": ("isrc",),
    "added_by": ("added by",),
    "added_at": ("added at",),
}
_REQUIRED: Final = ("uri", "name")
_DELIMITERS: Final = (",", ";", "\t")
_YES_OR_NO: Final[Mapping[str, bool]] = {"true": True, "false": False, "yes": True, "no": False}
_SEMICOLON: Final = re.compile(";")
# A comma in a name has a backslash before it.
_COMMA: Final = re.compile(r"(?<!\\),")

Row = dict[str, str]


def read(text: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the rows of a CSV; see `Reader`."""
    return Saved({}, bounded(_entries(text_of(text))))


def has_columns(line: str) -> bool:
    """Whether a first line names the columns of an entry."""
    return _delimiter(line.removeprefix("\ufeff")) is not None


def _entries(text: str) -> Iterator[SavedEntry]:
    first = text.splitlines()[0] if text else ""
    delimiter = _delimiter(first)
    if delimiter is None:
        raise DialectError(f"has not the columns of Exportify, such as Track URI: {first[:80]!r}")
    rows = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, restval=""
    )
    places = _places(rows.fieldnames or ())
    separator = _separator(text, places.get("artists"), delimiter)
    try:
        for row in rows:
            if None in row:
                raise DialectError(f"has more values than columns on line {rows.line_num}")
            yield _entry(row, places, separator)
    except csv.Error as error:
        raise DialectError(f"is no CSV after line {rows.line_num}: {error}") from error


def _delimiter(line: str) -> str | None:
    for delimiter in _DELIMITERS:
        places = _places(next(csv.reader([line], delimiter=delimiter), []))
        if all(name in places for name in _REQUIRED):
            return delimiter
    return None


def _places(header: Sequence[str]) -> dict[str, str]:
    """The columns that are there: by what it has, what this file calls it."""
    called = {name.strip().lower(): name for name in header}
    return {
        what: called[next(name for name in names if name in called)]
        for what, names in _COLUMNS.items()
        if any(name in called for name in names)
    }


def _separator(text: str, column: str | None, delimiter: str) -> re.Pattern[str]:
    """What separates artists: newer files have semicolons, older ones commas."""
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        has_semicolon = column is not None and any(";" in (row[column] or "") for row in rows)
    except csv.Error:  # the same error is raised where the row is read
        return _COMMA
    return _SEMICOLON if has_semicolon else _COMMA


def _entry(row: Row, places: Mapping[str, str], separator: re.Pattern[str]) -> SavedEntry:
    has = {what: (row[column] or "").strip() for what, column in places.items()}
    uri = has.get("uri") or ""
    item = reference(uri) or (reference(f"spotify:track:{uri}") if uri else {})
    isrc = has.get("isrc")
    item |= without_nulls(
        {
            "name": has.get("name"),
            "artists": _artists(has.get("artists"), has.get("artist_uris"), separator),
            "album": _album(has, separator) if item.get("type") != "episode" else None,
            "disc_number": number(has.get("disc")),
            "track_number": number(has.get("number")),
            "duration_ms": number(has.get("duration")),
            "explicit": _yes_or_no(has.get("explicit")),
            "popularity": number(has.get("popularity")),
            "external_ids": {"isrc": isrc} if isrc else None,
        }
    )
    user = (has.get("added_by") or "").removeprefix("spotify:user:")
    return entry_of(
        item or None,
        row,
        added_at=has.get("added_at"),
        added_by={"id": user} if user else None,
    )


def _album(has: Row, separator: re.Pattern[str]) -> Json:
    image = has.get("image")
    artists = _artists(has.get("album_artists"), has.get("album_artist_uris"), separator)
    named = {
        "name": has.get("album"),
        "artists": artists,
        "label": has.get("label"),
        "images": [{"url": image}] if image else None,
    }
    album_uri = has.get("album_uri") or ""
    found = reference(album_uri, "album") or reference(f"spotify:album:{album_uri}", "album")
    return found | without_nulls(named) | release_date(has.get("released"))


def _artists(names: str | None, uris: str | None, separator: re.Pattern[str]) -> list[Json]:
    """The artists of a cell, with their ids if the file has as many of them."""
    ids = [_artist_id(uri) for uri in re.split("[,;]", uris or "") if uri.strip()]
    split = [name.strip() for name in separator.split(names or "") if name.strip()]
    if len(ids) == 1 and len(split) > 1:  # a comma in the name of one artist
        split = [names or ""]
    called = [name.replace("\\,", ",") for name in split]
    if len(ids) != len(called):
        return [{"name": name} for name in called]
    return [{**artist, "name": name} for artist, name in zip(ids, called, strict=True)]


def _artist_id(text: str) -> Json:
    uri = text.strip()
    return reference(uri, "artist") or reference(f"spotify:artist:{uri}", "artist")


def _yes_or_no(text: str | None) -> bool | str | None:
    return _YES_OR_NO.get((text or "").lower(), text)
