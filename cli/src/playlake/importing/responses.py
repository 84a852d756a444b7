"""Saved responses: a playlist, a page of its items, or an array of either; all else is refused.

Every byte of them is kept.
"""

from __future__ import annotations

import codecs
import hashlib
from typing import TypeVar, cast

import msgspec
from msgspec import UNSET, Raw

from playlake.errors import CommandError
from playlake.importing.references import names_other_endpoint, playlist_in
from playlake.importing.refusals import Outline, what_it_is
from playlake.importing.saved import Page, Playlist, Response

T = TypeVar("T")

# Files that other programs wrote, told by their first bytes.
_NOT_JSON = {
    b"PK\x03\x04": "a zip archive, not JSON: unpack it first",
    codecs.BOM_UTF16_LE: "UTF-16 text: convert it to UTF-8 first",
    codecs.BOM_UTF16_BE: "UTF-16 text: convert it to UTF-8 first",
}
# All that decoding raises: bad JSON and wrong types, bad UTF-8, nesting without end.
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_WHITE_SPACE = b" \t\r\n"


def read_responses(name: str, contents: bytes) -> list[Response]:
    """Read the responses in a file.

    Args:
        name: the file, for messages.
        contents: its bytes, decompressed.

    Raises:
        CommandError: it holds anything else; the message names it and says what that is.
    """
    text = contents.removeprefix(codecs.BOM_UTF8).strip(_WHITE_SPACE)
    if not text:
        raise CommandError(f"{name} is empty")
    if not text.startswith(b"["):
        return [_read(name, text)]
    elements = _json(name, text, list[Raw])
    if not elements:
        raise CommandError(f"{name} holds an empty array")
    return [_read(f"{name}[{number}]", bytes(raw)) for number, raw in enumerate(elements)]


def _read(origin: str, body: bytes) -> Response:
    if not body.startswith(b"{"):
        _json(origin, body, Raw)
        raise CommandError(f"{origin} is JSON, but no object: {_ADVICE}")
    outline = _json(origin, body, Outline)
    response = _response(origin, body, outline)
    if response is None:
        raise CommandError(f"{origin} is {what_it_is(body, outline)}: {_ADVICE}")
    return response


_ADVICE = "only playlists and pages of their items can be imported"


def _response(origin: str, body: bytes, outline: Outline) -> Response | None:
    if outline.error is not UNSET or outline.type not in (None, "playlist"):
        return None
    if bytes(memoryview(outline.items)[:1]) == b"[":
        return _page(origin, body)
    return _playlist(origin, body, outline)


def _page(origin: str, body: bytes) -> Response | None:
    page = _documented(origin, body, Page)
    playlist_id = playlist_in(page.href)
    if names_other_endpoint(page.href) or not (playlist_id or _holds_items(page)):
        return None
    return Response(origin, body, playlist_id or _digest_id(body), None, page)


def _playlist(origin: str, body: bytes, outline: Outline) -> Response | None:
    playlist = _documented(origin, body, Playlist)
    page = cast("Page | None", playlist.page)  # the extractor's, from our own fields
    declared = outline.type == "playlist" or playlist.snapshot_id is not None
    if not (declared or (page is not None and _holds_items(page))):
        return None
    hrefs = (playlist.href, page.href if page else None)
    ids = (playlist.id, *map(playlist_in, hrefs), _digest_id(body))
    return Response(origin, body, next(filter(None, ids)), playlist, page)


def _holds_items(page: Page) -> bool:
    """Whether entries hold items; a track's own `track` is a boolean, and so is no entry's."""
    entries = filter(None, page.items or ())
    held = [raw for entry in entries for raw in (entry.item, entry.track) if raw is not UNSET]
    return any(held) and all(bytes(raw).startswith((b"{", b"null")) for raw in held)


def _digest_id(body: bytes) -> str:
    return f"file-{hashlib.sha256(body).hexdigest()[:22]}"


def _json(origin: str, text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except _FAULTS as fault:
        for magic, found in _NOT_JSON.items():
            if text.startswith(magic):
                raise CommandError(f"{origin} is {found}") from fault
        raise CommandError(f"{origin} is not JSON: {fault}") from fault


def _documented(origin: str, body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except _FAULTS as fault:
        raise CommandError(f"{origin} is not as Spotify documents it: {fault}") from fault
