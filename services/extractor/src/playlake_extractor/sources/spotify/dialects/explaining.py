"""Says what a document is that is no playlist, and what to import instead."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from playlake_contracts.manifest import SCHEMA as MANIFEST_SCHEMA
from playlake_contracts.raw import SCHEMA as RAW_SCHEMA
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none
from playlake_extractor.sources.spotify.dialects.descriptions import Outline, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_extractor.sources.dialects import Document

_ADVICE: Final = "only playlists and pages of their items can be imported"
_PLAYLISTS_INSTEAD: Final = "import Playlist1.json of the same download, or Exportify's CSV"
# Files that are no text, by their first bytes.
_BY_FIRST_BYTES: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "a zip archive inside of another file: unpack it first",
    codecs.BOM_UTF16_LE: "UTF-16 text: convert it to UTF-8 first",
    codecs.BOM_UTF16_BE: "UTF-16 text: convert it to UTF-8 first",
    b"%PDF": "a PDF: export the playlist with Exportify, and import its CSV",
    b"SQLite format 3": "a database: export its playlists as JSON or CSV first",
}
_WEB_PAGE: Final = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
# Addresses in files of another source, which explains them.
_OF_ANOTHER_SOURCE: Final = ("musicbrainz.org/recording/", "listenbrainz.org/playlist/")
_LINE: Final = 80

_YOUR_LIBRARY: Final = (
    "YourLibrary, the names of what you saved without the days: import pages of /me/tracks, or "
    "Exportify's CSV of Liked Songs"
)
_WEB_PLAYER: Final = (
    "in the format of Spotify's web player, which is no interface: save the playlist with "
    "`playlake run`, or export it with Exportify"
)

# What objects are by fields that only they have. Each is a set of fields that must all be there.
_BY_FIELDS: Final = (
    (
        ({"endTime", "msPlayed"}, {"ms_played"}, {"master_metadata_track_name"}),
        f"a history of streams, which has no playlists: {_PLAYLISTS_INSTEAD}",
    ),
    (
        ({"tracks", "albums", "shows"}, {"tracks", "bannedTracks"}),
        _YOUR_LIBRARY,
    ),
    (
        ({"data", "extensions"}, {"uri", "revision", "attributes"}, {"__typename"}),
        _WEB_PLAYER,
    ),
    (({"searchQuery"},), "a list of searches of the account data: " + _PLAYLISTS_INSTEAD),
)
_SEARCHED: Final = frozenset({"tracks", "artists", "albums", "playlists", "shows", "episodes"})


class _Page(msgspec.Struct):
    href: str | None = None
    items: Raw = Raw()


class _Schema(msgspec.Struct):
    schema: str
    source: str = ""
    kind: str = ""


def explain(document: Document) -> str | None:
    """What a document is that no dialect recognises, in words that follow its name."""
    for first_bytes, found in _BY_FIRST_BYTES.items():
        if document.contents.startswith(first_bytes):
            return f"is {found}"
    body = document.json
    if not body:
        return "is empty"
    if body.startswith((b"{", b"[")):
        return _json(body)
    if document.text is None:
        return "is neither JSON nor UTF-8 text: convert it to UTF-8 first"
    return _text(document.text, body)


def _text(text: str, body: bytes) -> str | None:
    if _WEB_PAGE.match(text):
        return (
            "is a web page and not its data: save the playlist with `playlake run`, or export it "
            "with Exportify, and import its CSV"
        )
    if _is_of_another_source(body):
        return None
    first = text.strip("\ufeff \r\n\t").splitlines()[0]
    if first.startswith(("#EXTM3U", "<")):
        return "names no track of Spotify: import a file with Spotify's links or URIs"
    if "," in first or ";" in first or "\t" in first:
        return (
            f"is CSV without the columns of Exportify, such as Track URI and Track Name: it begins "
            f"with {first[:_LINE]!r}"
        )
    try:
        decode(body, Raw)
    except JSON_ERRORS as error:
        return f"is not JSON: {error}"
    return f"is JSON, but no object: {_ADVICE}"


def _json(body: bytes) -> str | None:
    try:
        if body.startswith(b"["):
            return _array(decode(body, list[Raw]))
        value, outline = decode(body, dict[str, Raw]), decode(body, Outline)
    except JSON_ERRORS as error:
        return f"is not JSON: {error}"
    own = decode_or_none(body, _Schema)
    if own is not None and own.schema in (RAW_SCHEMA, MANIFEST_SCHEMA):
        return _own(own)
    if (named := _by_fields(value)) is not None:
        return named
    if _is_of_another_source(body):
        return None
    return f"is {describe(body, outline)}: {_ADVICE}"


def _array(elements: list[Raw]) -> str:
    if not elements:
        return "holds an empty array"
    fields = decode_or_none(bytes(elements[0]), dict[str, Raw])
    return (
        fields and _by_fields(fields)
    ) or f"is an array of no playlists and no entries: {_ADVICE}"


def _by_fields(fields: dict[str, Any]) -> str | None:
    for sets, found in _BY_FIELDS:
        if any(one <= fields.keys() for one in sets):
            return f"is {found}"
    if fields and fields.keys() <= _SEARCHED and any(_is_searched(raw) for raw in fields.values()):
        return (
            "holds the results of a search, which are in no playlist: import the response of "
            "GET /playlists/{id}"
        )
    return None


def _is_searched(raw: Raw) -> bool:
    page = decode_or_none(bytes(raw), _Page)
    return page is not None and "/search" in (page.href or "")


def _own(own: _Schema) -> str:
    if own.schema == MANIFEST_SCHEMA:
        return "is a manifest of Playlake that cannot be read: give it as it was landed"
    return (
        f"is a frame of a raw part of Playlake, of source {own.source[:_LINE]!r} and kind "
        f"{own.kind[:_LINE]!r}, unpacked (unknown_schema): give the part as it was landed, such as "
        "part-0000.jsonl.zst"
    )


def _is_of_another_source(body: bytes) -> bool:
    return any(address.encode() in body for address in _OF_ANOTHER_SOURCE)
