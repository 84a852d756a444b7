"""The artists of a playlist over time: who came, who left, and with how many entries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from playlake_web.facts.fact import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playlake_web.facts.artists import Credits
    from playlake_web.facts.history import Stay

# Days are told apart in three weeks, weeks in half a year.
_MOST_DAYS: Final = 21
_MOST_WEEKS: Final = 26


class Period(Fact):
    """A day, a week or a month of a playlist; of the first and the last one a part, perhaps."""

    first_on: date
    """Its first day, UTC."""
    last_on: date
    """Its last day, UTC; what is counted is there at its end."""
    entries: int
    """The number of entries that credit an artist."""


class ArtistOverTime(Fact):
    """An artist of a playlist over time."""

    artist_id: str | None
    """The source's id of the artist; null of one that has none, as of local files."""
    name: str
    """The name, as it was last credited."""
    entries: tuple[int, ...]
    """The number of entries that credit the artist, by period."""
    came_on: date | None
    """The first day on which one was seen; null if one was there at the first look."""
    gone_by: date | None
    """The first day without one; null if one is there."""

    @property
    def is_turning(self) -> bool:
        """Whether there were none at the end of one of the periods, and some at that of another."""
        return 0 in self.entries and any(self.entries)


class Rotation(Fact):
    """The artists of a playlist over time. An entry counts for each artist that it credits."""

    periods: tuple[Period, ...]
    """Each day of the history, or each week if these are over 21 days, or each month if over half a
    year."""
    artists: tuple[ArtistOverTime, ...]
    """The artists, those with the most entries over all periods first."""

    @property
    def came(self) -> int:
        """The number of artists who came after the first look."""
        return sum(each.came_on is not None for each in self.artists)

    @property
    def left(self) -> int:
        """The number of artists who left."""
        return sum(each.gone_by is not None for each in self.artists)

    @property
    def always(self) -> int:
        """The number of artists who were there at the first look and are still."""
        return sum(each.came_on is None and each.gone_by is None for each in self.artists)


def rotation(days: Sequence[date], stays: Sequence[Stay], credited: Credits) -> Rotation:
    """The artists of a playlist over time.

    Args:
        days: its days, the earliest first.
        stays: the stays of its entries.
        credited: the credits of its songs, by identity.
    """
    spans, of_artists = _spans(days), _by_artist(stays, credited)
    told = [stay for stay in stays if _artists_of(stay, credited)]
    ends = [last for _, last in spans]
    found = [_over_time(artist_id, name, of, ends) for (artist_id, name), of in of_artists.items()]
    return Rotation(
        periods=tuple(
            Period(first_on=first, last_on=last, entries=_there(told, last))
            for first, last in spans
        ),
        artists=tuple(sorted(found, key=lambda each: (-sum(each.entries), each.name))),
    )


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """The first and the last day of each period."""
    weeks = _grouped(days, lambda day: day.isocalendar()[:2])
    months = _grouped(days, lambda day: (day.year, day.month))
    if len(days) <= _MOST_DAYS:
        return [(day, day) for day in days]
    return weeks if len(weeks) <= _MOST_WEEKS else months


def _grouped(
    days: Sequence[date], of: Callable[[date], tuple[int, int]]
) -> list[tuple[date, date]]:
    groups = (list(group) for _, group in groupby(days, key=of))
    return [(group[0], group[-1]) for group in groups]


def _by_artist(
    stays: Iterable[Stay], credited: Credits
) -> Mapping[tuple[str | None, str], list[Stay]]:
    found: dict[tuple[str | None, str], list[Stay]] = defaultdict(list)
    for stay in stays:
        for each in _artists_of(stay, credited):
            found[each].append(stay)
    return found


def _artists_of(stay: Stay, credited: Credits) -> list[tuple[str | None, str]]:
    """The artists of a stay by their credits; without any, the text that names them is one."""
    known = credited.get(stay.identity or "", ())
    if known:
        return [(each.artist_id, each.name or each.artist_id) for each in known]
    return [(None, stay.artists)] if stay.artists else []


def _over_time(
    artist_id: str | None, name: str, stays: Sequence[Stay], ends: Sequence[date]
) -> ArtistOverTime:
    is_there = any(stay.first_missing_at is None for stay in stays)
    missing = [stay.first_missing_at.date() for stay in stays if stay.first_missing_at]
    was_there = any(stay.was_there_at_first for stay in stays)
    return ArtistOverTime(
        artist_id=artist_id,
        name=name,
        entries=tuple(_there(stays, end) for end in ends),
        came_on=None if was_there else min(stay.first_seen_at.date() for stay in stays),
        gone_by=None if is_there else max(missing),
    )


def _there(stays: Iterable[Stay], day: date) -> int:
    """The number of stays that a day ends with."""
    return sum(
        stay.first_seen_at.date() <= day
        and (stay.first_missing_at is None or stay.first_missing_at.date() > day)
        for stay in stays
    )
