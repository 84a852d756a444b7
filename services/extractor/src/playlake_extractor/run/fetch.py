"""A playlist is read: page after page, as the bundle pulls them, and of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.raw import Head
from playlake_extractor.errors import ForbiddenError, NotReadableError, PlaylistError, TornError
from playlake_extractor.run import playlist_outcomes as outcomes
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.state import State, in_force
from playlake_extractor.sources.spotify.responses import (
    Listed,
    Page,
    Playlist,
    Reading,
    decode_page,
    decode_playlist,
    decode_version,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import Clock, Spotify
    from playlake_extractor.run.definition import Run

_MOST_READS = 3
# So many entries stand in the answer to `GET /playlists/{id}` at most.
_IN_ONE_ANSWER = 100

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads playlists from Spotify into the bundle of a run.

    What takes several requests is a snapshot only if nothing changed meanwhile. Where the user's
    list has told the version already, the first page is read last: its version is then the check.
    Else the version alone is asked for once more.

    Attributes:
        named: gathers the Spotify URIs of artists and albums in what is landed; None: nobody asks.
    """

    run: Run
    spotify: Spotify
    state: State
    bundle: Bundle
    clock: Clock
    named: set[str] | None = None

    def fetch(self, playlist_id: str, listed: Listed | None = None) -> PlaylistOutcome:
        """Fetch one playlist; what goes wrong with it alone is its outcome.

        Args:
            playlist_id: which.
            listed: how it stands in the user's list, if it does.

        Raises:
            StopError: the run cannot go on.
        """
        known = _Known(_as_listed(listed))
        reads = _MOST_READS
        try:
            if listed is not None and _is_long(listed):
                outcome = self._try_its_first_page_last(listed, known)
                if outcome is not None:
                    return outcome
                reads -= 1
            return self._keep_once_it_is_still(playlist_id, known, reads)
        except PlaylistError as error:
            return outcomes.not_landed(playlist_id, error, known.playlist)

    def _try_its_first_page_last(self, listed: Listed, known: _Known) -> PlaylistOutcome | None:
        try:
            return self._keep_reading_its_first_page_last(listed, known)
        except (TornError, ForbiddenError) as error:
            # Asked for itself, a playlist tells more: its version now, or why it is withheld.
            log.info("read_again", playlist_id=listed.id, reason=str(error))
            return None

    def _keep_once_it_is_still(
        self, playlist_id: str, known: _Known, reads: int
    ) -> PlaylistOutcome:
        while True:
            try:
                return self._keep(playlist_id, known)
            except TornError as error:
                reads -= 1
                if not reads:
                    raise
                log.info("read_again", playlist_id=playlist_id, reason=str(error))

    def _keep(self, playlist_id: str, known: _Known) -> PlaylistOutcome:
        body = self.spotify.playlist(playlist_id)
        playlist = known.playlist = decode_playlist(body)
        before = self.state.playlists.get(playlist_id)
        if before is not None and in_force(before, playlist.snapshot_id, self.run):
            return outcomes.unchanged(playlist_id, playlist.name, playlist.snapshot_id, before)
        reading = Reading(looks_for_names=self.named is not None)
        reading.begin(playlist, _first_page(playlist))
        head = self._head(playlist_id, playlist.snapshot_id)
        pages = self._pages_and_check(head, reading)
        part = self.bundle.add(Snapshot(head, lambda: body, pages, reading.tail))
        return self._landed(playlist_id, playlist, reading, part)

    def _keep_reading_its_first_page_last(self, listed: Listed, known: _Known) -> PlaylistOutcome:
        reading = Reading(looks_for_names=self.named is not None)
        head = self._head(listed.id, listed.snapshot_id)

        def first_page() -> bytes:
            body = self.spotify.playlist(listed.id)
            known.playlist = decode_playlist(body)
            reading.end(known.playlist, _first_page(known.playlist))
            _check_joined(known.playlist, listed)
            return body

        pages = self._pages(listed.id, reading, _IN_ONE_ANSWER)
        part = self.bundle.add(Snapshot(head, first_page, pages, reading.tail))
        return self._landed(listed.id, known.playlist or Playlist(), reading, part)

    def _head(self, playlist_id: str, snapshot_id: str | None) -> Head:
        return Head(
            source=self.run.source,
            playlist_id=playlist_id,
            run_id=str(self.run.run_id),
            fetched_at=self.clock(),
            snapshot_id=snapshot_id,
        )

    def _pages_and_check(self, head: Head, reading: Reading) -> Iterator[bytes]:
        if reading.next is None:
            return
        # The embedded page's `next` may point at an endpoint that new apps may not call.
        yield from self._pages(head.playlist_id, reading, reading.next_offset)
        version = decode_version(self.spotify.version(head.playlist_id)).snapshot_id
        if version != head.snapshot_id:
            raise _torn()

    def _pages(self, playlist_id: str, reading: Reading, offset: int) -> Iterator[bytes]:
        body = self.spotify.playlist_items(playlist_id, offset)
        reading.add(decode_page(body))
        yield body
        while reading.next is not None:
            body = self.spotify.next(reading.next)
            reading.add(decode_page(body))
            yield body

    def _landed(
        self, playlist_id: str, playlist: Playlist, reading: Reading, part: str
    ) -> PlaylistOutcome:
        if self.named is not None:
            self.named.update(reading.named)
        return outcomes.landed(
            playlist_id,
            playlist,
            reading.tail(),
            total=reading.total,
            part=part,
            items_sha256=reading.items_sha256,
            before=self.state.playlists.get(playlist_id),
        )


@dataclass(slots=True)
class _Known:
    """What is known of a playlist by the time that reading it fails."""

    playlist: Playlist | None = None


def _as_listed(listed: Listed | None) -> Playlist | None:
    if listed is None:
        return None
    return Playlist(name=listed.name, snapshot_id=listed.snapshot_id)


def _is_long(listed: Listed) -> bool:
    return listed.snapshot_id is not None and listed.total > _IN_ONE_ANSWER


def _first_page(playlist: Playlist) -> Page:
    if playlist.page is None:
        raise NotReadableError(
            "Spotify sent the playlist without its items: to an app in development mode it "
            "gives only those that the authorised user owns or collaborates on"
        )
    return playlist.page


def _check_joined(playlist: Playlist, listed: Listed) -> None:
    """The first page is of the version that was listed, and ends where the others begin."""
    first = _first_page(playlist)
    if playlist.snapshot_id != listed.snapshot_id or first.limit not in {None, _IN_ONE_ANSWER}:
        raise _torn()


def _torn() -> TornError:
    return TornError("the playlist changed while its pages were read")
