"""Attributes that albums, tracks and podcasts share: markets, dates, codes, popularity, images."""

import string
from dataclasses import dataclass

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.words import words

Markets = tuple[str, ...]

EVERYWHERE: Markets = words(
    """
    AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH
    CI CL CM CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN
    GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB
    LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ NA NE NG NI
    NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RW SA SB SC SE SG SI SK SL SM SN
    SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU WS XK ZA ZM ZW
    """
)
EUROPE: Markets = words(
    """
    AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT
    NL NO PL PT RO RS SE SI SK SM UA XK
    """
)
NORTH_AMERICA: Markets = ("CA", "MX", "US")
NOWHERE: Markets = ()

_SPREAD = (EVERYWHERE,) * 44 + (EUROPE,) * 3 + (NORTH_AMERICA,) * 2 + (NOWHERE,)


def draw_markets(dice: Dice) -> Markets:
    """Draws the markets that something is available in, as ISO 3166-1 alpha-2 codes."""
    return dice.pick(_SPREAD)


_LAST_YEAR = 2025
_FIRST_YEAR = 1958
_PRECISIONS = ("year",) * 12 + ("month",) * 4 + ("day",) * 84
_COUNTRIES = ("AUA", "BRB", "DEA", "FRZ", "GBA", "GBC", "JPB", "NLA", "QZ", "SEY", "USQ", "USS")


@dataclass(frozen=True, slots=True)
class Release:
    """A date as text, as long as its precision: `1985`, `1985-05` or `1985-05-17`."""

    date: str
    precision: str

    @property
    def year(self) -> int:
        """The year of the date."""
        return int(self.date[:4])


def draw_release(dice: Dice, first_year: int = _FIRST_YEAR, *, dated: bool = False) -> Release:
    """Draws a release date; with `dated` its precision is the day."""
    # The later of two draws, so that recent music is more common than old music.
    span = _LAST_YEAR - first_year + 1
    year = first_year + max(dice.below(span), dice.below(span))
    full = f"{year}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
    precision = "day" if dated else dice.pick(_PRECISIONS)
    return Release(full[: {"year": 4, "month": 7, "day": 10}[precision]], precision)


def draw_isrc(dice: Dice, year: int) -> str:
    """Draws an ISRC, 12 characters: country, registrant, year, designation."""
    registrant = dice.pick(_COUNTRIES).ljust(5, dice.pick(string.ascii_uppercase + string.digits))
    return f"{registrant}{year % 100:02d}{dice.below(100_000):05d}"


@dataclass(frozen=True, slots=True)
class Popularity:
    """A popularity that drifts: the value it swings around, and the phase of the swing."""

    base: int
    phase: int

    def on(self, day: int) -> int:
        """Returns the popularity, 0 to 100, on an ordinal day; it moves by 1 every four days."""
        swing = abs((day + self.phase) % 48 - 24) // 4
        return max(0, min(100, self.base + swing - 3))


def draw_popularity(dice: Dice) -> Popularity:
    """Draws a popularity; low ones are more common than high ones."""
    return Popularity(base=min(dice.below(96), dice.below(140)), phase=dice.below(48))


def draw_image(dice: Dice) -> str:
    """Draws the name of an image on Spotify's image host: 24 hexadecimal characters."""
    return f"{dice.below(1 << 96):024x}"
