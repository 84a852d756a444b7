"""Reads one playlist from the source into the run's bundle, and returns its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from msgspec import UNSET

from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_contracts.log_events import PlaylistProgress
from playlake_contracts.raw import PLAYLIST, Head
from playlake_extractor.errors import (
    BudgetSpentError,
    PlaylistError,
    PlaylistTooLargeError,
    TornError,
)
from playlake_extractor.run import playlist_outcomes
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.state import State, in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import Clock, ListedPlaylist, Reading, Source
    from playlake_extractor.run.covers import CoverKeeper
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.request_budget import RequestBudget

_MAX_ATTEMPTS = 3
# A page has 50 entries; a person sees a large playlist move every few seconds.
_PAGES_PER_EVENT = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads playlists from a source into the bundle of a run.

    A playlist that changes while its pages are read is read again, three times at most.

    Attributes:
        named: collects the things to request details of; None if no details are requested.
        covers: keeps the covers of what is landed; None if none are kept.
        broken_off: collects the playlists that were being read when the budget was spent.
    """

    run: Run
    source: Source
    state: State
    bundle: Bundle
    clock: Clock
    named: set[str] | None = None
    covers: CoverKeeper | None = None
    broken_off: set[str] = field(default_factory=set)

    def fetch(
        self, playlist_id: str, listed: ListedPlaylist | None, budget: RequestBudget
    ) -> PlaylistOutcome:
        """Fetch one playlist; an error that concerns it alone becomes its outcome.

        Args:
            playlist_id: the source's id.
            listed: its entry in the user's list, if it has one.
            budget: the requests that may be sent.

        Raises:
            StopError: the run cannot continue.
        """
        attempts = _Attempts(self, playlist_id, listed, budget, self.source.traffic.requests)
        try:
            return attempts.read_until_stable()
        except PlaylistError as error:
            if isinstance(error, BudgetSpentError) and attempts.sent > 1:
                self.broken_off.add(playlist_id)
            return attempts.not_landed(error)


@dataclass(slots=True)
class _Attempts:
    """The attempts to read one playlist.

    Attributes:
        sent_before: number of requests sent before this playlist.
        reading: the last attempt.
    """

    fetcher: Fetcher
    playlist_id: str
    listed: ListedPlaylist | None
    budget: RequestBudget
    sent_before: int
    reading: Reading | None = None

    @property
    def sent(self) -> int:
        """Number of requests sent for the playlist."""
        return self.fetcher.source.traffic.requests - self.sent_before

    def read_until_stable(self) -> PlaylistOutcome:
        """Read the playlist until it does not change during an attempt."""
        listed = self.listed
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return self._read(listed)
            except TornError as error:
                log.info("read_again", playlist_id=self.playlist_id, reason=str(error))
                listed = None  # the list is out of date
        return self._read(listed)

    def not_landed(self, error: PlaylistError) -> PlaylistOutcome:
        """The outcome of an error, with what is known of the playlist so far."""
        known = [one for one in (self.reading, self.listed) if one is not None]
        return playlist_outcomes.not_landed(
            self.playlist_id,
            error,
            name=next((one.name for one in known if one.name is not None), None),
            snapshot_id=next((one.snapshot_id for one in known if one.snapshot_id), None),
            total=next((one.total for one in known if one.total is not None), None),
        )

    def _read(self, listed: ListedPlaylist | None) -> PlaylistOutcome:
        fetcher, source = self.fetcher, self.fetcher.source
        before = fetcher.state.playlists.get(self.playlist_id)
        self.budget.check(self.playlist_id, self._known_total(listed), listed)
        sent_before = source.traffic.requests
        reading = self.reading = source.open(self.playlist_id, listed)
        if before is not None and in_force(before, reading.snapshot_id, fetcher.run):
            return playlist_outcomes.unchanged(
                self.playlist_id, reading.name, reading.snapshot_id, before
            )
        opened = min(1, source.traffic.requests - sent_before)
        self.budget.check(self.playlist_id, reading.total, listed, sent=opened)
        part = fetcher.bundle.add(self._snapshot(reading))
        read = reading.result()
        if fetcher.named is not None:
            fetcher.named.update(read.named)
        if fetcher.covers is not None:
            fetcher.covers.keep(self.playlist_id, read.cover)
        return playlist_outcomes.landed(self.playlist_id, read, part=part, before=before)

    def _known_total(self, listed: ListedPlaylist | None) -> int | None:
        """The number of entries according to the list or an earlier run.

        The number of an earlier run is ignored if it would exclude the playlist from every run.
        """
        if listed is not None and listed.total is not None:
            return listed.total
        total = self.fetcher.state.seen_of(self.playlist_id).total
        return None if self.budget.never_fits(self.playlist_id, total, listed) else total

    def _snapshot(self, reading: Reading) -> Snapshot:
        head = Head(
            source=self.fetcher.source.name,
            kind=reading.kind,
            playlist_id=self.playlist_id,
            run_id=str(self.fetcher.run.run_id),
            fetched_at=self.fetcher.clock(),
            snapshot_id=reading.snapshot_id,
            name=UNSET if reading.kind == PLAYLIST else reading.name or UNSET,
        )
        pages = _with_progress(self.playlist_id, reading)
        return Snapshot(head, reading.playlist, pages, lambda: reading.result().tail)


def _with_progress(playlist_id: str, reading: Reading) -> Iterator[bytes]:
    """Yield the pages of a playlist, and write an event every ten pages."""
    for number, page in enumerate(_within_limits(reading), 1):
        if number % _PAGES_PER_EVENT == 0:
            PlaylistProgress(
                playlist_id=playlist_id, entries=reading.entries, total=reading.total
            ).write(log)
        yield page


def _within_limits(reading: Reading) -> Iterator[bytes]:
    """Yield the pages of a playlist; raise if it has more entries than a snapshot may have."""
    _check_entries(reading)
    for page in reading.pages():
        _check_entries(reading)
        yield page


def _check_entries(reading: Reading) -> None:
    entries = max(reading.entries, reading.total or 0)
    if entries > MAX_SNAPSHOT_ENTRIES:
        raise PlaylistTooLargeError(
            f"the playlist has {entries:,} entries, and a snapshot at most "
            f"{MAX_SNAPSHOT_ENTRIES:,}: leave it out, or divide it among playlists"
        )
