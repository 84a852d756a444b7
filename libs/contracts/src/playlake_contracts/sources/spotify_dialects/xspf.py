"""XSPF with identifiers of Spotify.

https://xspf.org/spec
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from playlake_contracts.limits import MAX_SNAPSHOT_OBJECTS
from playlake_contracts.sources.spotify_dialects.jspf import playlist_fields, track_entry
from playlake_contracts.sources.spotify_dialects.reading import (
    DialectError,
    Json,
    Saved,
    SavedEntry,
    bounded,
    number,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE: Final = "http://xspf.org/ns/0/"
_PREFIX: Final = f"{{{NAMESPACE}}}"
_NUMBERS: Final = ("duration", "trackNum")
_LISTS: Final = ("identifier", "location")
_TRACK, _TRACK_LIST = f"{_PREFIX}track", f"{_PREFIX}trackList"


def read(text: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the tracks of an XSPF; see `Reader`."""
    root = _parsed(text_of(text))
    tracks = root.find(_TRACK_LIST)
    elements = [] if tracks is None else tracks.findall(_TRACK)
    return Saved(playlist_fields(_fields(root)), bounded(map(_entry, elements)))


def _parsed(text: str) -> ET.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DialectError("declares a document type, which no XSPF has")
    if text.count("<") > MAX_SNAPSHOT_OBJECTS:
        raise DialectError(f"has more than {MAX_SNAPSHOT_OBJECTS:,} elements")
    try:
        root = ET.fromstring(text)  # noqa: S314 - it has no entities, and a bounded size
    except (ET.ParseError, ValueError) as error:
        raise DialectError(f"is no XML: {error}") from error
    if root.tag != f"{_PREFIX}playlist":
        raise DialectError(f"is XML, but no XSPF: its root is {root.tag[:80]!r}")
    return root


def _entry(element: ET.Element) -> SavedEntry:
    return track_entry(_fields(element), ET.tostring(element, encoding="unicode"))


def _fields(element: ET.Element) -> Json:
    """The fields of an element as JSPF has them."""
    fields: Json = {}
    for child in element:
        name = child.tag.removeprefix(_PREFIX)
        text = (child.text or "").strip()
        if name in _LISTS:
            fields.setdefault(name, []).append(text)
        elif text and name not in fields:
            fields[name] = number(text) if name in _NUMBERS else text
    return fields
