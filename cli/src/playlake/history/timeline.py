"""The timeline of a playlist: each run that changed something, and how many entries it had."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from playlake_lake.history import fold
from playlake_lake.history.reading import observations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from playlake.history.playlists import Named
    from playlake.history.reading import HistoryLake
    from playlake_lake.history import Change, Instant, Observation, Stretch


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of a timeline.

    Attributes:
        seen: the run that shows it.
        changes: what it changed; empty if only a stretch begins here.
        stretch: the stretch that begins here; None if only metadata changed.
        entries: the number of entries after it; None if none are known.
    """

    seen: Instant
    changes: tuple[Change, ...]
    stretch: Stretch | None
    entries: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The timeline of a playlist.

    Attributes:
        named: the playlist, with its name of today.
        moments: the lines, the newest first.
        runs: the number of runs that say something of the playlist.
        first: the first run of these.
        last: the last one.
        sizes: the number of entries at the end of each day with contents, in order.
        changes: the number of changes of each day on which a run asserted something, in order.
        gone: the days at whose end the playlist was gone.
        is_gone: whether it is gone now.
    """

    named: Named
    moments: tuple[Moment, ...]
    runs: int
    first: datetime
    last: datetime
    sizes: Mapping[date, int]
    changes: Mapping[date, int]
    gone: frozenset[date]
    is_gone: bool

    def changing(self) -> tuple[Moment, ...]:
        """The lines on which something changed."""
        return tuple(moment for moment in self.moments if moment.changes)


def timeline(lake: HistoryLake, named: Named) -> Timeline:
    """The timeline of a playlist, of which at least one run says something."""
    return timeline_of(named, observations(lake.records, named.playlist))


def timeline_of(named: Named, observed: Sequence[Observation]) -> Timeline:
    """The timeline that observations show: at least one, in order."""
    history = fold(observed)
    sizes, gone = _days(observed, history.timeline)
    seen = Counter(change.seen.at.date() for change in history.changes)
    asserted = sorted({*sizes, *gone})
    return Timeline(
        named,
        tuple(reversed(_moments(history.changes, history.timeline))),
        len(observed),
        observed[0].instant.at,
        observed[-1].instant.at,
        sizes,
        {day: seen[day] for day in asserted},
        gone,
        history.state.gone_since is not None,
    )


def _moments(changes: Sequence[Change], stretches: Sequence[Stretch]) -> list[Moment]:
    by_run = {seen: tuple(each) for seen, each in groupby(changes, key=attrgetter("seen"))}
    begun = {stretch.first: stretch for stretch in stretches}
    found: list[Moment] = []
    entries: int | None = None
    for seen in sorted({*by_run, *begun}):
        stretch = begun.get(seen)
        entries = entries if stretch is None else stretch.entries
        found.append(Moment(seen, by_run.get(seen, ()), stretch, entries))
    return found


def _days(
    observed: Sequence[Observation], stretches: Sequence[Stretch]
) -> tuple[dict[date, int], frozenset[date]]:
    """The number of entries at the end of each day, and the days at whose end it was gone.

    A day counts if a run of it falls in a stretch in which something is asserted.
    """
    sizes: dict[date, int] = {}
    gone: set[date] = set()
    left = iter(stretches)
    stretch = next(left, None)
    for one in observed:
        while stretch is not None and stretch.last < one.instant:
            stretch = next(left, None)
        if stretch is None or stretch.first > one.instant or stretch.standing == "unknown":
            continue
        day = one.instant.at.date()
        sizes.pop(day, None)
        gone.discard(day)
        if stretch.entries is None:
            gone.add(day)
        else:
            sizes[day] = stretch.entries
    return sizes, frozenset(gone)
