"""Release dates of every precision, and the recording codes that go with them."""

import string
from dataclasses import dataclass

from playlake_sandbox.world.dice import Dice

_LAST_YEAR = 2025
_FIRST_YEAR = 1958
_PRECISIONS = ("year",) * 12 + ("month",) * 4 + ("day",) * 84
_COUNTRIES = ("AUA", "BRB", "DEA", "FRZ", "GBA", "GBC", "JPB", "NLA", "QZ", "SEY", "USQ", "USS")


@dataclass(frozen=True, slots=True)
class Release:
    """A date as text, cut to its precision: `1985`, `1985-05` or `1985-05-17`."""

    date: str
    precision: str

    @property
    def year(self) -> int:
        """The year of the date."""
        return int(self.date[:4])


def draw_release(dice: Dice, first_year: int = _FIRST_YEAR, *, dated: bool = False) -> Release:
    """Draws a release date; `dated` asks for one that is known to the day."""
    # The later of two draws: there is more recent music than old.
    span = _LAST_YEAR - first_year + 1
    year = first_year + max(dice.below(span), dice.below(span))
    full = f"{year}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
    precision = "day" if dated else dice.pick(_PRECISIONS)
    return Release(full[: {"year": 4, "month": 7, "day": 10}[precision]], precision)


def draw_isrc(dice: Dice, year: int) -> str:
    """Draws an ISRC, 12 characters: country, registrant, year, designation."""
    registrant = dice.pick(_COUNTRIES).ljust(5, dice.pick(string.ascii_uppercase + string.digits))
    return f"{registrant}{year % 100:02d}{dice.below(100_000):05d}"
