"""Reads one playlist from the source into the run's bundle, and gives its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.raw import Head
from playlake_extractor.errors import PlaylistError, TornError
from playlake_extractor.run import playlist_outcomes
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.state import State, in_force

if TYPE_CHECKING:
    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import Clock, ListedPlaylist, Reading, Source
    from playlake_extractor.run.definition import Run

_MAX_ATTEMPTS = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads playlists from a source into the bundle of a run.

    A playlist that changes while its pages are read is read again, three times at most.

    Attributes:
        named: collects the names in what is landed; None where no details are requested.
    """

    run: Run
    source: Source
    state: State
    bundle: Bundle
    clock: Clock
    named: set[str] | None = None

    def fetch(self, playlist_id: str, listed: ListedPlaylist | None = None) -> PlaylistOutcome:
        """Fetch one playlist; an error that concerns it alone becomes its outcome.

        Args:
            playlist_id: the source's id.
            listed: what the user's list says of it, if it is listed.

        Raises:
            StopError: the run cannot go on.
        """
        known = _Known.from_list(listed)
        try:
            return self._read_until_at_rest(playlist_id, listed, known)
        except PlaylistError as error:
            known.update()
            return playlist_outcomes.not_landed(playlist_id, error, known.name, known.snapshot_id)

    def _read_until_at_rest(
        self, playlist_id: str, listed: ListedPlaylist | None, known: _Known
    ) -> PlaylistOutcome:
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return self._read(playlist_id, listed, known)
            except TornError as error:
                log.info("read_again", playlist_id=playlist_id, reason=str(error))
                listed = None  # the list is out of date
        return self._read(playlist_id, listed, known)

    def _read(
        self, playlist_id: str, listed: ListedPlaylist | None, known: _Known
    ) -> PlaylistOutcome:
        reading = known.reading = self.source.open(playlist_id, listed)
        before = self.state.playlists.get(playlist_id)
        if before is not None and in_force(before, reading.snapshot_id, self.run):
            return playlist_outcomes.unchanged(
                playlist_id, reading.name, reading.snapshot_id, before
            )
        part = self.bundle.add(self._snapshot(playlist_id, reading))
        read = reading.result()
        if self.named is not None:
            self.named.update(read.named)
        return playlist_outcomes.landed(playlist_id, read, part=part, before=before)

    def _snapshot(self, playlist_id: str, reading: Reading) -> Snapshot:
        head = Head(
            source=self.source.name,
            playlist_id=playlist_id,
            run_id=str(self.run.run_id),
            fetched_at=self.clock(),
            snapshot_id=reading.snapshot_id,
        )
        return Snapshot(head, reading.playlist, reading.pages(), lambda: reading.result().tail)


@dataclass(slots=True)
class _Known:
    """What is known of a playlist by the time that reading it fails."""

    name: str | None
    snapshot_id: str | None
    reading: Reading | None = None

    @classmethod
    def from_list(cls, listed: ListedPlaylist | None) -> _Known:
        """What a list says of it."""
        return cls(None, None) if listed is None else cls(listed.name, listed.snapshot_id)

    def update(self) -> None:
        """Take over what the last attempt has read."""
        if self.reading is not None:
            self.name = self.reading.name or self.name
            self.snapshot_id = self.reading.snapshot_id or self.snapshot_id
