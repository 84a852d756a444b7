"""Parses playlist references: ids, URIs and share links."""

from __future__ import annotations

import re

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


def parse_reference(text: str) -> str:
    """Parse one playlist reference into its id.

    Raises:
        ValueError: it is not a reference; the message begins with the text.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            return match["id"]
    raise ValueError(
        f"{text[:80]!r} is neither a playlist id of 22 letters and digits, "
        "nor a spotify:playlist: URI, nor an open.spotify.com/playlist/ link"
    )
