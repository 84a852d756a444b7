"""M3U and M3U8, extended or plain, with the links or URIs of Spotify.

https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.2.1 describes EXTINF; no more is standard.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.spotify_dialects.reading import (
    Json,
    Saved,
    SavedEntry,
    bounded,
    entry_of,
    number,
    reference,
    text_of,
    without_nulls,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

KIND: Final = "m3u"

_NAME: Final = "#PLAYLIST:"
_ABOUT: Final = re.compile(r"#EXTINF:\s*(?P<seconds>-?[0-9]+)?[^,]*,(?P<title>.*)")
_BETWEEN: Final = " - "


def read(text: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the lines of an M3U; see `Reader`."""
    lines = [line.strip() for line in text_of(text).splitlines()]
    names = (line.removeprefix(_NAME).strip() for line in lines if line.startswith(_NAME))
    return Saved(without_nulls({"name": next(names, None)}), bounded(_entries(lines)))


def _entries(lines: Iterable[str]) -> Iterator[SavedEntry]:
    about = ""
    for line in lines:
        if line.startswith("#EXTINF:"):
            about = line
        elif line and not line.startswith("#"):
            yield entry_of(_item(about, line), [about, line] if about else [line])
            about = ""


def _item(about: str, address: str) -> Json:
    found = _ABOUT.fullmatch(about)
    artist, between, title = (found["title"] if found else "").partition(_BETWEEN)
    seconds = found["seconds"] if found else None
    has_length = seconds is not None and seconds.strip("0").isdecimal()
    return reference(address) | without_nulls(
        {
            "name": (title if between else artist).strip(),
            "artists": [{"name": artist.strip()}] if between and artist.strip() else None,
            "duration_ms": number(f"{seconds}000") if has_length else None,
        }
    )
