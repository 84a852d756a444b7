"""Recognises files for players, whatever source their tracks are of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from playlake_contracts.sources.dialect_reading import DialectError
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.run.saved_snapshots import SavedFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_contracts.sources.dialect_reading import Json
    from playlake_contracts.sources.player_files import PlayerFile
    from playlake_extractor.sources.dialects import Document

_XSPF: Final = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?playlist\b", re.DOTALL)


class JspfFile(NamedTuple):
    """The fields of a JSPF, and of its tracks; a track that is no object has none."""

    playlist: Json
    tracks: list[Json]


class _File(msgspec.Struct):
    playlist: dict[str, Any]


def jspf_in(document: Document) -> JspfFile | None:
    """The JSPF that a document is; None if it is none."""
    file = decode_or_none(document.json, _File) if document.is_object else None
    tracks = None if file is None else file.playlist.get("track")
    if file is None or not isinstance(tracks, list):
        return None
    return JspfFile(file.playlist, [each if isinstance(each, dict) else {} for each in tracks])


def tracks_in(
    read: Callable[[bytes], PlayerFile], body: bytes, document: Document
) -> Iterator[Json]:
    """The fields of the tracks of a text.

    Args:
        read: the contracts' reader of its format.
        body: the text as a JSON string.
        document: where it was found.

    Raises:
        SavedFileError: it is not of this format.
    """
    try:
        for track in read(body).tracks:
            yield track.fields
    except DialectError as error:
        raise SavedFileError(f"{document.origin} {error}") from error


def xspf_in(document: Document) -> str | None:
    """The text of a document that looks like XSPF; None if it does not."""
    text = None if document.is_json else document.text
    return text if _XSPF.match((text or "").lstrip("\ufeff \r\n\t")) else None


def m3u_in(document: Document, link: re.Pattern[str]) -> str | None:
    """The text of a document that looks like M3U, or like links one a line; None if it does not.

    Args:
        document: what was saved.
        link: matches a link of the source, without `https://`.
    """
    text = None if document.is_json else document.text
    lines = (line.strip() for line in (text or "").lstrip("\ufeff").splitlines())
    first = next(filter(None, lines), "")
    is_m3u = first.startswith("#EXTM3U") or link.match(re.sub("^https?://", "", first))
    return text if is_m3u else None
