"""Playlist references as people write them: ids, URIs and share links become ids."""

from __future__ import annotations

import itertools
import re

import msgspec

_ID = r"(?P<id>[0-9A-Za-z]{22})"
_FORMS = (
    re.compile(_ID, re.ASCII),
    re.compile(rf"spotify:(?:user:[^:]+:)?playlist:{_ID}", re.ASCII),
    re.compile(
        r"(?:https?://)?open\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?(?:user/[^/]+/)?"
        rf"playlist/{_ID}/?(?:[?#].*)?",
        re.ASCII | re.IGNORECASE,
    ),
)


def parse_playlists(text: str) -> tuple[str, ...]:
    """Parse a list of playlist references into ids, in order and without duplicates.

    Args:
        text: references separated by commas or white space, or a JSON list of them.

    Raises:
        ValueError: there is none, or one is no playlist; the message gives position and text.
    """
    references = _split(text)
    if not references:
        raise ValueError("it names no playlist")
    return tuple(dict.fromkeys(map(_parse, itertools.count(1), references)))


def parse_reference(text: str) -> str:
    """Parse one playlist reference into its id.

    Raises:
        ValueError: it is no playlist; the message begins with the text.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            return match["id"]
    raise ValueError(
        f"{text[:80]!r} is neither a playlist id of 22 letters and digits, "
        "nor a spotify:playlist: URI, nor an open.spotify.com/playlist/ link"
    )


def _split(text: str) -> list[str]:
    if not text.lstrip().startswith("["):
        return text.replace(",", " ").split()
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError as error:
        raise ValueError(f"it is not a JSON list of texts: {error}") from error


def _parse(position: int, text: str) -> str:
    try:
        return parse_reference(text)
    except ValueError as error:
        raise ValueError(f"entry {position}, {error}") from None
