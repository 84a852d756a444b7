"""The page about quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_web.facts.playlists import PlaylistKey, playlists
from playlake_web.facts.quality import by_key, quality, unread_days
from playlake_web.pages.environment import Page

if TYPE_CHECKING:
    from datetime import date

    from playlake_web.reader import Reader

_SHOWN: Final = 10
_KINDS: Final = {
    "track": "Songs",
    "episode": "Podcast episodes",
    "local": "Local files",
    "unavailable": "No longer available",
    "unreadable": "Could not be read",
}


def quality_page(lake: Reader, since: date, today: date) -> Page:
    """What was set aside, which rules rows broke, and what playlists hold."""
    found, all_playlists = quality(lake, since), playlists(lake, today)
    known = by_key(all_playlists)
    values = {
        "answer": f"{found.rows_quarantined:,} of {found.rows:,} rows set aside",
        "found": found,
        "kinds": [
            (_KINDS.get(kind.item_type, kind.item_type), kind.entries) for kind in found.kinds
        ],
        "unread": unread_days(all_playlists)[:_SHOWN],
        "copies": [
            (known[PlaylistKey(each.source, each.playlist_id)], each.extra)
            for each in found.copies[:_SHOWN]
        ],
    }
    return Page("quality.html", values, here="/quality")
