"""What a JSON object is when it is no playlist and no page of one, in words for a person."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from playlake.importing.references import names_other_endpoint, path_of

_MAX_KEYS = 5
_MAX_TEXT = 80


class Outline(msgspec.Struct, frozen=True):
    """What tells Spotify's objects apart."""

    type: Any = None
    href: Any = None
    error: Any | UnsetType = UNSET
    items: Raw = Raw()


class _Error(msgspec.Struct, frozen=True):
    status: int
    message: str


def what_it_is(body: bytes, outline: Outline) -> str:
    """A JSON object in a few words, whose outline was decoded before."""
    if outline.error is not UNSET:
        return _error(outline.error)
    if isinstance(outline.type, str):
        return f"an object of type {_quoted(outline.type)}"
    if isinstance(outline.href, str) and names_other_endpoint(outline.href):
        return f"a response of {_quoted(path_of(outline.href))}"
    keys = list(msgspec.json.decode(body, type=dict[str, Raw]))
    shown = ", ".join(map(_quoted, keys[:_MAX_KEYS])) or "nothing"
    return f"an object that holds {shown}{' and more' if len(keys) > _MAX_KEYS else ''}"


def _error(found: object) -> str:
    try:
        error = msgspec.convert(found, _Error)
    except msgspec.ValidationError:
        return "an error answer"
    return f"an error answer, {error.status} {_quoted(error.message)}"


def _quoted(text: str) -> str:
    return repr(text[:_MAX_TEXT])
