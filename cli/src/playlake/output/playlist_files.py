"""A playlist as a file for players: addresses, XSPF, JSPF and M3U.

https://xspf.org/spec and https://xspf.org/jspf describe the first two. M3U has no standard.
"""

from __future__ import annotations

import re
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from playlake.output.formats import json_text
from playlake.output.playlists import title_of
from playlake_contracts.content import identifier_of
from playlake_contracts.sources.references import (
    identifier_of_playlist,
    link_of_playlist,
    link_of_song,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.history.moments import PlaylistAt
    from playlake_lake.history import Entry

XSPF_NAMESPACE: Final = "http://xspf.org/ns/0/"
# What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT: Final = "\ufffd"
_UNKNOWN_SECONDS: Final = -1


def urls(shown_at: PlaylistAt) -> str:
    """The address of each entry that has one, one a line."""
    return "".join(f"{url}\n" for url in map(_url, shown_at.held.contents) if url is not None)


def xspf(shown_at: PlaylistAt) -> str:
    """XSPF version 1. Characters that XML cannot hold are replaced."""
    ET.register_namespace("", XSPF_NAMESPACE)
    root = ET.Element(_tag("playlist"), {"version": "1"})
    for name, text in _head(shown_at):
        ET.SubElement(root, _tag(name)).text = _xml_text(text)
    tracks = ET.SubElement(root, _tag("trackList"))
    for entry in shown_at.held.contents:
        track = ET.SubElement(tracks, _tag("track"))
        for name, text in _track(entry):
            ET.SubElement(track, _tag(name)).text = _xml_text(text)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def jspf(shown_at: PlaylistAt) -> str:
    """JSPF, the same as JSON; a track has lists of locations and identifiers."""
    tracks = [
        {name: [text] if name in {"location", "identifier"} else text for name, text in track}
        for track in map(_track, shown_at.held.contents)
    ]
    return json_text({"playlist": {**dict(_head(shown_at)), "track": tracks}})


def m3u(shown_at: PlaylistAt) -> str:
    """Extended M3U in UTF-8, of the entries that have an address."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(shown_at.name)}"]
    for entry in shown_at.held.contents:
        if (url := _url(entry)) is not None:
            artists = f"{entry.artist_names} - " if entry.artist_names else ""
            lines += [f"#EXTINF:{_UNKNOWN_SECONDS},{_one_line(artists + title_of(entry))}", url]
    return "".join(f"{line}\n" for line in lines)


def without_address(shown_at: PlaylistAt) -> int:
    """The number of entries that have no address, such as local files."""
    return sum(_url(entry) is None for entry in shown_at.held.contents)


def _head(shown_at: PlaylistAt) -> Iterator[tuple[str, str]]:
    playlist = shown_at.named.playlist
    yield "title", shown_at.name
    if shown_at.metadata.owner:
        yield "creator", shown_at.metadata.owner
    if shown_at.metadata.description:
        yield "annotation", shown_at.metadata.description
    if (url := link_of_playlist(*playlist)) is not None:
        yield "info", url
    yield "identifier", identifier_of_playlist(*playlist)
    yield "date", shown_at.held.seen.at.isoformat(timespec="seconds")


def _track(entry: Entry) -> Iterator[tuple[str, str]]:
    url = _url(entry)
    if url is not None:
        yield "location", url
    if entry.identity is not None:
        yield "identifier", identifier_of(entry.identity)
    yield "title", title_of(entry)
    if entry.artist_names:
        yield "creator", entry.artist_names
    if added := " ".join(starmap("{} {}".format, _added(entry))):
        yield "annotation", f"added {added}"


def _added(entry: Entry) -> Iterator[tuple[str, Any]]:
    if entry.added_at is not None:
        yield "at", entry.added_at.isoformat(timespec="seconds")
    if entry.added_by is not None:
        yield "by", entry.added_by


def _url(entry: Entry) -> str | None:
    return link_of_song(entry.identity)


def _tag(name: str) -> str:
    return f"{{{XSPF_NAMESPACE}}}{name}"


def _xml_text(text: str) -> str:
    return _NOT_IN_XML.sub(_REPLACEMENT, text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
