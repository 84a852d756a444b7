"""What a reader of a dialect of Spotify returns, and what the readers have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

import msgspec

from playlake_contracts.sources.dialect_reading import Json, as_landed, number, without_nulls
from playlake_contracts.sources.spotify import LOCAL_PREFIX

# The fields of a URI or a link: its kind, and Spotify's id.
_REFERENCE: Final = re.compile(
    r"(?:spotify:|(?:https?://)?open\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?)"
    r"(?P<kind>[a-z]+)[:/](?P<id>[0-9A-Za-z]+)/?(?:[?#].*)?",
    re.ASCII,
)
_LOCAL: Final = re.compile(
    r"spotify:local:(?P<artist>[^:]*):(?P<album>[^:]*):(?P<title>[^:]*):(?P<seconds>[0-9]*)"
)
_ARCHIVED_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9:]{8})(?:\+00:00)?")
_PRECISIONS: Final[Mapping[int, str]] = {4: "year", 7: "month", 10: "day"}


class SavedEntry(NamedTuple):
    """An entry of a saved playlist.

    Attributes:
        entry: its JSON as the Web API writes an entry.
        landed: the JSON of what it was read from.
    """

    entry: bytes
    landed: bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved playlist.

    Attributes:
        playlist: its own fields, those that the dialect has, as the Web API writes a playlist.
        entries: its entries in order; read one at a time. They raise `DialectError`.
        total: the number of its entries, if the dialect says one.
    """

    playlist: Json
    entries: Iterable[SavedEntry]
    total: int | None = None


# Reads what was landed of a playlist: its own JSON, `null` if there is none, and its pages. A text
# that is not JSON is landed as a JSON string. Raises `DialectError`.
Reader = Callable[[bytes, Sequence[bytes]], Saved]


def entry_of(item: Json | None, landed: object, **fields: object) -> SavedEntry:
    """An entry with an item, in the Web API's form; fields without a value are left out."""
    is_local = True if item is not None and item.get("is_local") else None
    entry = without_nulls({"is_local": is_local, **fields}) | {"track": item}
    return SavedEntry(msgspec.json.encode(entry), as_landed(landed))


def reference(text: str | None, kind: str | None = None) -> Json:
    """The fields `uri`, `id` and `type` of what a URI or a link of Spotify's names.

    Args:
        text: the URI or link; the URI of a local file gives its names as well.
        kind: what it has to name, such as `album`; None is anything.

    Returns:
        No fields if it names nothing, or another kind.
    """
    text = (text or "").strip()
    if kind in (None, "track") and text.startswith(LOCAL_PREFIX):
        return _local(text)
    found = _REFERENCE.fullmatch(text)
    if found is None or kind not in (None, found["kind"]):
        return {}
    uri = f"spotify:{found['kind']}:{found['id']}"
    return {"uri": uri, "id": found["id"], "type": found["kind"]}


def _local(uri: str) -> Json:
    # https://developer.spotify.com/documentation/web-api/concepts/playlists#local-files
    fields: Json = {"uri": uri, "is_local": True, "type": "track"}
    if found := _LOCAL.fullmatch(uri):
        artist, album, title = map(unquote_plus, found.group("artist", "album", "title"))
        fields |= without_nulls(
            {
                "name": title,
                "artists": [{"name": artist}] if artist else None,
                "album": {"name": album} if album else None,
                "duration_ms": number(f"{found['seconds']}000" if found["seconds"] else None),
            }
        )
    return fields


def release_date(text: str | None) -> Json:
    """The fields of a release date, with the precision that its length shows."""
    precision = _PRECISIONS.get(len(text or ""))
    return without_nulls({"release_date": text, "release_date_precision": precision})


def moment(text: str | None) -> str | None:
    """A time in the Web API's form, from the form `2026-01-02 10:00:00`; another text stays."""
    found = _ARCHIVED_TIME.fullmatch(text or "")
    return f"{found[1]}T{found[2]}Z" if found else text
