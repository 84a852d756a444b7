"""Reads what Playlake itself wrote around the responses of a source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slow_transform.json_text import INVALID, Piece, storable
from slow_transform.objects import Rejected
from slow_transform.reading import Faults, read
from slow_transform.shapes import ALBUM, ARTIST

if TYPE_CHECKING:
    from slow_transform.objects import Key

Json = dict[str, Any]

SCHEMA = "playlake.raw/1"
NO_TEXT = type(None)

# By kind of frame, the types of its fields; the responses are read as pieces.
COMMON = {"source": (str,), "run_id": (str,), "fetched_at": (str,)}
FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "playlist": COMMON
    | {
        "playlist_id": (str,),
        "snapshot_id": (str, NO_TEXT),
        "playlist": (object,),
        "pages": (list,),
        "api": (str, NO_TEXT),
        "complete": (bool,),
    },
    "artist": COMMON | {"id": (str,), "response": (object,)},
    "album": COMMON | {"id": (str,), "response": (object,)},
}
RESPONSES = {"playlist", "pages", "response"}


class Unreadable(Exception):  # noqa: N818 - it is the frame's outcome
    """No part of a frame can become a row; `raw` is what to keep, if not the whole frame."""

    def __init__(self, faults: Faults, table: str = "playlists", raw: str | None = None) -> None:
        super().__init__(faults)
        self.faults, self.table, self.raw = faults, table, raw


def read_envelope(frame: bytes, key: Key) -> tuple[Json, dict[str, Piece]]:
    """Read a frame: its own values, and the pieces that the source sent.

    Raises:
        Unreadable: it is no envelope.
        Rejected: it is of a schema, a source or a kind that nobody reads.
    """
    try:
        piece = Piece.of(frame)
    except RecursionError as error:
        raise Unreadable(Faults({"too_deep"})) from error
    except ValueError as error:
        raise Unreadable(Faults({"invalid_json"})) from error
    value = piece.value
    kind = _kind(value, key)
    _check_fields(value, FIELDS[kind], "playlists" if kind == "playlist" else f"{kind}s")
    envelope = {
        name: storable(found) if isinstance(found, str) else found
        for name, found in value.items()
        if name not in RESPONSES
    }
    return envelope | {"kind": kind, "fetched_at": _moment(value["fetched_at"])}, piece.members()


def read_details(response: Piece, kind: str) -> tuple[Json, Faults]:
    """Read the response for one artist or album, and what is wrong with it.

    Raises:
        Unreadable: it has no id.
    """
    value, faults = read(response, ARTIST if kind == "artist" else ALBUM)
    if not (value or {}).get("id"):
        raise Unreadable(faults or Faults({"wrong_type"}), f"{kind}s", response.text)
    return value, faults


def _kind(value: Any, key: Key) -> str:  # noqa: ANN401 - any JSON
    header = {"source": "", "kind": "playlist"} | (value if isinstance(value, dict) else {})
    if not all(isinstance(header.get(name), str) for name in ("schema", "source", "kind")):
        raise Unreadable(Faults({"wrong_type"}))
    if header["schema"] == SCHEMA and not header["source"]:
        raise Unreadable(Faults({"wrong_type"}))
    kind: str = header["kind"]
    if header["schema"] != SCHEMA or header["source"] != key.source or kind not in FIELDS:
        raise Rejected("unknown_schema")
    return kind


def _check_fields(value: Json, fields: dict[str, tuple[type, ...]], table: str) -> None:
    for name, types in fields.items():
        if name not in value:
            raise Unreadable(Faults({"wrong_type"}), table)
        if not isinstance(value[name], types):
            raise Unreadable(Faults({"wrong_type"}, {f"$.{name}"}), table)
        if name not in RESPONSES and INVALID in str(value[name]):
            raise Unreadable(Faults({"invalid_unicode"}), table)
    try:
        if _moment(value["fetched_at"]) is None:
            raise Unreadable(Faults({"wrong_type"}, {"$.fetched_at"}), table)
    except OverflowError as error:
        raise Unreadable(Faults({"out_of_range"}, {"$.fetched_at"}), table) from error


def _moment(text: str) -> datetime | None:
    """A time with a zone, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
