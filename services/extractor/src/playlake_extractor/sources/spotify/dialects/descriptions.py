"""Describes a JSON object that is neither a playlist nor a page of one."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from playlake_extractor.http.decoding import decode
from playlake_extractor.sources.spotify.dialects.addresses import names_other_endpoint, path_of

_MAX_KEYS = 5
_MAX_TEXT = 80


class Outline(msgspec.Struct, frozen=True):
    """The fields that show what kind of object it is."""

    type: Any = None
    href: Any = None
    error: Any | UnsetType = UNSET
    items: Raw = Raw()
    tracks: Raw = Raw()


class _Error(msgspec.Struct, frozen=True):
    status: int
    message: str


def describe(body: bytes, outline: Outline) -> str:
    """Describe a JSON object in a few words; its outline is decoded already."""
    if outline.error is not UNSET:
        return _error(outline.error)
    if isinstance(outline.type, str):
        return f"an object of type {_quoted(outline.type)}"
    if isinstance(outline.href, str) and names_other_endpoint(outline.href):
        return f"a response of {_quoted(path_of(outline.href))}"
    keys = list(decode(body, dict[str, Raw]))
    shown = ", ".join(map(_quoted, keys[:_MAX_KEYS])) or "nothing"
    return f"an object that holds {shown}{' and more' if len(keys) > _MAX_KEYS else ''}"


def _error(found: object) -> str:
    try:
        error = msgspec.convert(found, _Error)
    except msgspec.ValidationError:
        return "an error response"
    return f"an error response, {error.status} {_quoted(error.message)}"


def _quoted(text: str) -> str:
    return repr(text[:_MAX_TEXT])
