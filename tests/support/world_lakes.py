"""A lake of the stand-in's world, made without a service. Each day has one run. All synthetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from historical_lakes import SOURCE, Read, commit_run, failed, unchanged

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_sandbox.shapes.playlist_objects import (
    MOST_TRACKS,
    Reading,
    embedded_pages,
    entries_page,
    metadata,
)
from playlake_sandbox.shapes.view import View
from playlake_sandbox.spotify_json import write
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.history import FIRST_DAY, contents

if TYPE_CHECKING:
    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_lake.folder import Folder
    from playlake_sandbox.world.library import Library, Playlist

_VIEW_BASE: Final = "http://sandbox.invalid"
_REFRESH_DAYS: Final = 4


@dataclass(slots=True)
class Day:
    """What a run says about a playlist.

    Attributes:
        at: when, UTC.
        run_id: the run.
        slots: the slots that it asserts; None if it asserts no contents.
        is_gone: whether it asserts that the playlist is gone.
        landed: the run that read them.
    """

    at: datetime
    run_id: str
    slots: tuple[int, ...] | None
    is_gone: bool = False
    landed: str | None = None


@dataclass(slots=True)
class WorldLake:
    """A lake of some days, and what its runs say about each playlist."""

    folder: Folder
    library: Library
    days: dict[str, list[Day]] = field(default_factory=dict)

    def fill(self, days: int) -> None:
        """Commit a run on each of the first days of the world."""
        for number in range(days):
            self._run(FIRST_DAY + timedelta(days=number), number)

    def playlists(self) -> list[Playlist]:
        """The playlists that are observed."""
        return [self.library.playlist(number) for number in self.library.followed]

    def _run(self, date_: date, number: int) -> None:
        scheduled_at = datetime.combine(date_, time(6), UTC)
        run_id = str(RunId.derive(SOURCE, scheduled_at))
        ended_at = scheduled_at + timedelta(minutes=1)
        reads: list[Read] = []
        outcomes: list[PlaylistOutcome] = []
        for playlist in self.playlists():
            slots, before = contents(playlist, date_).slots, self._last(playlist)
            outcome = _failure(playlist, number)
            if outcome is not None:
                outcomes.append(failed(playlist.id, outcome))
                day = Day(ended_at, run_id, None, is_gone=outcome is Outcome.GONE)
            elif before is not None and slots == before.slots and number % _REFRESH_DAYS:
                outcomes.append(unchanged(playlist.id, str(before.landed)))
                day = Day(ended_at, run_id, slots, landed=before.landed)
            else:
                reads.append(_read(playlist, date_))
                day = Day(scheduled_at + reads[-1].after, run_id, slots, landed=run_id)
            self.days.setdefault(playlist.id, []).append(day)
        commit_run(self.folder, scheduled_at, reads, outcomes)

    def _last(self, playlist: Playlist) -> Day | None:
        known = [day for day in self.days.get(playlist.id, []) if day.slots is not None]
        return known[-1] if known else None


def _failure(playlist: Playlist, number: int) -> Outcome | None:
    """Every playlist fails on some days, and every third is gone for two days."""
    if playlist.number % 3 == 1 and number in {5, 6}:
        return Outcome.GONE
    return Outcome.RATE_LIMITED if (playlist.number * 3 + number) % 7 == 4 else None


def _read(playlist: Playlist, day: date) -> Read:
    view = View(playlist.seed, Tier.EXTENDED, _VIEW_BASE)
    reading = Reading(playlist, contents(playlist, day), day, (("additional_types", "episode"),))
    pages = [
        write(entries_page(view, reading, "tracks", offset, MOST_TRACKS)).encode()
        for offset in range(MOST_TRACKS, len(reading.slots), MOST_TRACKS)
    ]
    response = write({**metadata(view, reading), **embedded_pages(view, reading)}).encode()
    return Read(playlist.id, len(reading.slots), response, pages)
