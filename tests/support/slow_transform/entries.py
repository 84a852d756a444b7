"""What a position of a playlist becomes: a row of `playlist_items`, from an entry and its item."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slow_transform.reading import Faults, read
from slow_transform.shapes import ENTRY, NEWER_ENTRY

if TYPE_CHECKING:
    from slow_transform.json_text import Piece
    from slow_transform.objects import Row

Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"(19|20)\d\d-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII
)


def read_entry(piece: Piece) -> tuple[Json | None, Json | None, Faults]:
    """Read an entry: its own fields, its item, and what is wrong with them.

    The item under the older key counts if the one under the newer key cannot be identified.
    """
    entry, faults = read(piece, NEWER_ENTRY)
    if entry is None:
        return None, None, faults
    item: Json | None = entry.get("item")
    if item is not None and _is_identified(item):
        return entry, item, faults
    entry, faults = read(piece, ENTRY)
    track: Json | None = entry.get("track")
    if track is not None and (item is None or _is_identified(track)):
        item = track
    return entry, item, faults


def item_row(entry: Json | None, item: Json | None, faults: Faults) -> Row:
    """The columns of `playlist_items` that an entry has by itself."""
    kind, reason = _kind(entry, item)
    is_catalogued = kind == "track" or reason == "taken_down"
    if faults:
        kind, reason = ("unreadable" if item is None else kind), faults
    sent, item = entry or {}, item or {}
    of = (item["show"] if item.get("show") is not None else item.get("audiobook")) or {}
    return {
        "item_type": kind,
        "identity": _identity(item),
        "track_id": item.get("id") if is_catalogued else None,
        "episode_id": item.get("id") if kind == "episode" else None,
        "isrc": (item.get("external_ids") or {}).get("isrc"),
        "name": item.get("name"),
        "artist_names": ", ".join(_names(item)) or None,
        "album_name": (item.get("album") or {}).get("name"),
        "show_id": of.get("id"),
        "show_name": of.get("name"),
        "duration_ms": item.get("duration_ms"),
        "is_explicit": item.get("explicit"),
        "is_playable": item.get("is_playable"),
        **_added(sent),
        "reason": reason,
    }


def _is_identified(item: Json) -> bool:
    return bool(item.get("uri") or item.get("id") or item.get("name"))


def _kind(entry: Json | None, item: Json | None) -> tuple[str, str | Faults | None]:
    """The `item_type` of an entry, and why it is not simply what it is."""
    if item is None:
        is_absent = entry is not None and not {"item", "track"} & entry.keys()
        return "unavailable", "absent_item" if is_absent else "null_item"
    if (entry or {}).get("is_local") or item.get("is_local"):
        return "local", None
    if not item.get("id"):
        return "unavailable", "no_id"
    declared = _declared_type(item)
    if declared == "track" and item.get("name") == "":
        return "unavailable", "taken_down"
    if declared not in {"track", "episode", "chapter", "audiobook"}:
        return "other", f"unknown type: {declared}"
    restricted = (item.get("restrictions") or {}).get("reason")
    return declared, f"restricted: {restricted}" if restricted else None


def _declared_type(item: Json) -> str:
    """The type that an item names, else the one in its URI, else track."""
    if item.get("type") is not None:
        return str(item["type"])
    uri = (item.get("uri") or "").split(":")
    return uri[1] if len(uri) > 2 and uri[0] == "spotify" else "track"


def _identity(item: Json) -> str | None:
    if item.get("uri"):
        return str(item["uri"])
    if item.get("id"):
        return f"id:{item['id']}"
    if item.get("name"):
        return "\t".join([f"name:{item['name']}", *_names(item)])
    return None


def _names(item: Json) -> list[str]:
    return [artist["name"] for artist in item.get("artists") or [] if artist.get("name")]


def _added(entry: Json) -> Row:
    raw = entry.get("added_at")
    moment = _moment(raw) if raw else None
    return {
        "added_at": moment or (_start_of_day(raw) if raw else None),
        "added_at_raw": None if moment else raw,
        "added_by": (entry.get("added_by") or {}).get("id") or None,
    }


def _start_of_day(text: str) -> datetime | None:
    """The start of the day that a text names, if it names a day and no time."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """The time that a text names; none for the start of the epoch, which means unknown."""
    if _TIME.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
    return None if moment == _EPOCH else moment
