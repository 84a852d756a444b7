"""The shelf of playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_web.drawing.waves import wave
from playlake_web.facts.playlists import playlists
from playlake_web.pages.environment import Page
from playlake_web.pages.overview import wave_day
from playlake_web.words import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Any

    from playlake_web.facts.playlists import Playlist
    from playlake_web.reader import Reader

_WAVE_HEIGHT: Final = 34
ORDERS: Final[Mapping[str, tuple[str, Callable[[Playlist], Any]]]] = {
    "change": ("Last change", lambda each: -each.changed_on.toordinal() if each.changed_on else 0),
    "name": ("Name", lambda each: each.label.casefold()),
    "size": ("Size", lambda each: -(each.entries or 0)),
    "most": ("Most change", lambda each: -each.change),
}


def shelf(lake: Reader, today: date, wanted: str = "", order: str = "change") -> Page:
    """The playlists whose name contains a text, in an order of `ORDERS`."""
    found = playlists(lake, today)
    shown = [each for each in found if wanted.strip().casefold() in each.label.casefold()]
    _, key = ORDERS[order]
    values = {
        "answer": count_of(len(found), "playlist"),
        "playlists": sorted(shown, key=key),
        "waves": {
            each.key: wave([wave_day(day) for day in each.days], _WAVE_HEIGHT, "") for each in shown
        },
        "wanted": wanted,
        "order": order,
        "orders": [(value, name) for value, (name, _) in ORDERS.items()],
    }
    return Page("playlists.html", values, here="/playlists")
