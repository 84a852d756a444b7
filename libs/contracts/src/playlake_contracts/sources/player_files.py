"""Reads files for players, whatever source their tracks are of, into the fields of JSPF.

`show` writes such files. A track is read beside what was landed of it. JSPF has these fields
itself: https://xspf.org/jspf
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

from playlake_contracts.limits import MAX_SNAPSHOT_OBJECTS
from playlake_contracts.sources.dialect_reading import (
    DialectError,
    Json,
    bounded,
    number,
    text_of,
    without_nulls,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAMESPACE: Final = "{http://xspf.org/ns/0/}"
_NUMBERS: Final = ("duration", "trackNum")
_LISTS: Final = ("identifier", "location")

_NAME: Final = "#PLAYLIST:"
_ABOUT: Final = re.compile(r"#EXTINF:\s*(?P<seconds>-?[0-9]+)?[^,]*,(?P<title>.*)")
_BETWEEN: Final = " - "

_ADDED: Final = re.compile(r"added(?: at (?P<at>\S+))?(?: by (?P<by>.+))?")
# How `show` titles an entry whose title is not known: by what it is.
_ITEM_TYPES: Final = "track episode chapter audiobook local other unavailable unreadable"
NO_TITLES: Final = frozenset(f"({each})" for each in _ITEM_TYPES.split())


class PlayerTrack(NamedTuple):
    """A track of a file.

    Attributes:
        fields: what it has, as JSPF has it.
        landed: what it was read from, which JSON can hold.
    """

    fields: Json
    landed: object


class PlayerFile(NamedTuple):
    """A file for players.

    Attributes:
        playlist: the fields of the playlist itself, as JSPF has them.
        tracks: its tracks in order; read one at a time. They raise `DialectError`.
    """

    playlist: Json
    tracks: Iterable[PlayerTrack]


def read_xspf(landed: bytes) -> PlayerFile:
    """Read an XSPF, which was landed as a JSON string; see https://xspf.org/spec.

    Raises:
        DialectError: it is none.
    """
    root = _parsed(text_of(landed))
    track_list = root.find(f"{_NAMESPACE}trackList")
    elements = [] if track_list is None else track_list.findall(f"{_NAMESPACE}track")
    return PlayerFile(_fields(root), bounded(map(_xspf_track, elements)))


def read_m3u(landed: bytes) -> PlayerFile:
    """Read an M3U, extended or plain, which was landed as a JSON string.

    https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.2.1 describes EXTINF; no more is
    standard.

    Raises:
        DialectError: it is no text.
    """
    lines = [line.strip() for line in text_of(landed).splitlines()]
    names = (line.removeprefix(_NAME).strip() for line in lines if line.startswith(_NAME))
    return PlayerFile(without_nulls({"title": next(names, None)}), bounded(_m3u_tracks(lines)))


def title_of(track: Json) -> object:
    """The title of a track; None if `show` wrote that it knows none."""
    title = track.get("title")
    return None if isinstance(title, str) and title in NO_TITLES else title


def added(track: Json) -> tuple[str | None, str | None]:
    """When a track was added and by whom, as `show` writes it into its annotation."""
    annotation = track.get("annotation")
    found = _ADDED.fullmatch(annotation) if isinstance(annotation, str) else None
    return (None, None) if found is None else (found["at"], found["by"])


def texts(value: object) -> Iterator[str]:
    """The texts in a list; older files have one text instead."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one.strip()


def _parsed(text: str) -> ET.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DialectError("declares a document type, which no XSPF has")
    if text.count("<") > MAX_SNAPSHOT_OBJECTS:
        raise DialectError(f"has more than {MAX_SNAPSHOT_OBJECTS:,} elements")
    try:
        root = ET.fromstring(text)  # noqa: S314 - it has no entities, and a bounded size
    except (ET.ParseError, ValueError) as error:
        raise DialectError(f"is no XML: {error}") from error
    if root.tag != f"{_NAMESPACE}playlist":
        raise DialectError(f"is XML, but no XSPF: its root is {root.tag[:80]!r}")
    return root


def _xspf_track(element: ET.Element) -> PlayerTrack:
    return PlayerTrack(_fields(element), ET.tostring(element, encoding="unicode"))


def _fields(element: ET.Element) -> Json:
    fields: Json = {}
    for child in element:
        name = child.tag.removeprefix(_NAMESPACE)
        text = (child.text or "").strip()
        if name in _LISTS:
            fields.setdefault(name, []).append(text)
        elif text and name not in fields:
            fields[name] = number(text) if name in _NUMBERS else text
    return fields


def _m3u_tracks(lines: Iterable[str]) -> Iterator[PlayerTrack]:
    about = ""
    for line in lines:
        if line.startswith("#EXTINF:"):
            about = line
        elif line and not line.startswith("#"):
            yield PlayerTrack(_m3u_fields(about, line), [about, line] if about else [line])
            about = ""


def _m3u_fields(about: str, address: str) -> Json:
    found = _ABOUT.fullmatch(about)
    artist, between, title = (found["title"] if found else "").partition(_BETWEEN)
    seconds = found["seconds"] if found else None
    has_length = seconds is not None and seconds.strip("0").isdecimal()
    return without_nulls(
        {
            "location": [address],
            "title": (title if between else artist).strip(),
            "creator": artist.strip() if between else None,
            "duration": number(f"{seconds}000") if has_length else None,
        }
    )
