"""How many days the snapshots of each source are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources import youtube
from playlake_contracts.sources.listenbrainz import SOURCE as LISTENBRAINZ
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

# A hundred years.
MOST_DAYS: Final = 36_500
_SECONDS_A_DAY: Final = 86_400
FOREVER: Final = "forever"

# None keeps them for ever. A source whose terms name a time has it here.
_DEFAULTS: Final[Mapping[str, int | None]] = MappingProxyType(
    {SPOTIFY: None, LISTENBRAINZ: None, youtube.SOURCE: youtube.KEEP_DAYS}
)
# A playlist of these has no version, so every run lands it.
_LANDED_BY_EVERY_RUN: Final = frozenset({youtube.SOURCE})
_ONE: Final = re.compile(r"\s*([a-z][a-z0-9-]*)\s*=\s*(\d{1,5}|forever)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptDays:
    """How many days the snapshots of each source are kept.

    Attributes:
        chosen: by source, the days that somebody chose, 1 to `MOST_DAYS`; None is for ever. Other
            sources have their default.
    """

    chosen: Mapping[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source, days in self.chosen.items():
            if source not in _DEFAULTS:
                raise ValueError(f"{source} is no source: choose among {', '.join(_DEFAULTS)}")
            if days is not None and not 1 <= days <= MOST_DAYS:
                raise ValueError(
                    f"{source}={days} is not between 1 and {MOST_DAYS} days: write {FOREVER} to "
                    "keep its snapshots for ever"
                )

    def of(self, source: str) -> int | None:
        """The days for a source; None if its snapshots are kept for ever."""
        return self.chosen.get(source, _DEFAULTS.get(source))

    def all(self) -> dict[str, int | None]:
        """The days of every source."""
        return {source: self.of(source) for source in _DEFAULTS}

    def with_(self, changed: KeptDays) -> KeptDays:
        """The same with what others chose."""
        return KeptDays({**self.chosen, **changed.chosen})

    @classmethod
    def parse(cls, text: str) -> KeptDays:
        """Parse a text such as `spotify=400, youtube=forever`; an empty one chooses nothing.

        Raises:
            ValueError: it is no such text; the message says how to write it.
        """
        chosen: dict[str, int | None] = {}
        for one in filter(str.strip, text.split(",")):
            match = _ONE.fullmatch(one)
            if match is None:
                raise ValueError(
                    f"{one.strip()[:80]!r} is not like {SPOTIFY}=400 or {SPOTIFY}={FOREVER}"
                )
            chosen[match[1]] = None if match[2] == FOREVER else int(match[2])
        return cls(chosen)

    def __str__(self) -> str:
        return ",".join(
            f"{source}={FOREVER if days is None else days}" for source, days in self.chosen.items()
        )


def check_interval(
    source: str, days: int | None, refresh_after_days: float, interval: timedelta
) -> None:
    """Check that snapshots are kept until the next ones are landed.

    A run that finds a playlist unchanged refers to the snapshot that was landed before. That one
    has to be there until the playlist is landed again.

    Args:
        source: the source.
        days: how many days its snapshots are kept; None is for ever.
        refresh_after_days: the days after which an unchanged playlist is landed again.
        interval: the longest time between two runs.

    Raises:
        ValueError: they are kept for a shorter time.
    """
    refresh = 0.0 if source in _LANDED_BY_EVERY_RUN else refresh_after_days
    longest = refresh + interval.total_seconds() / _SECONDS_A_DAY
    least = ceil(longest) + 1
    if days is not None and days < least:
        raise ValueError(
            f"{days} days are too short for {source}: up to {longest:g} days can pass until a "
            f"playlist is landed again, so keep {least} days at least, or land more often"
        )
