"""A playlist is read: its first response at once, page after page as the bundle pulls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.raw import Head
from playlake_extractor.bundle import Bundle, Snapshot
from playlake_extractor.domain import outcomes
from playlake_extractor.domain.responses import (
    Playlist,
    Reading,
    decode_page,
    decode_playlist,
    decode_version,
)
from playlake_extractor.domain.state import State, in_force
from playlake_extractor.errors import NotReadableError, PlaylistError, TornError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.domain.runs import Run
    from playlake_extractor.ports import Clock, Spotify

_MOST_READS = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads playlists from Spotify into the bundle of a run."""

    run: Run
    spotify: Spotify
    state: State
    bundle: Bundle
    clock: Clock

    def fetch(self, playlist_id: str) -> PlaylistOutcome:
        """Fetch one playlist; what goes wrong with it alone is its outcome.

        Raises:
            StopError: the run cannot go on.
        """
        playlist: Playlist | None = None
        reads = 0
        while True:
            reads += 1
            try:
                body = self.spotify.playlist(playlist_id)
                playlist = decode_playlist(body)
                return self._keep(playlist_id, body, playlist)
            except PlaylistError as error:
                if not isinstance(error, TornError) or reads == _MOST_READS:
                    return outcomes.not_landed(playlist_id, error, playlist)
                log.info("read_again", playlist_id=playlist_id, reads=reads)

    def _keep(self, playlist_id: str, body: bytes, playlist: Playlist) -> PlaylistOutcome:
        before = self.state.playlists.get(playlist_id)
        if before is not None and in_force(before, playlist.snapshot_id, self.run):
            return outcomes.unchanged(playlist_id, playlist.name, playlist.snapshot_id, before)
        if playlist.page is None:
            raise NotReadableError(
                "Spotify sent the playlist without its items: to an app in development mode it "
                "gives only those that the authorised user owns or collaborates on"
            )
        reading = Reading(playlist, playlist.page)
        part = self.bundle.add(self._snapshot(playlist_id, body, playlist, reading))
        return outcomes.landed(
            playlist_id,
            playlist,
            reading.tail(),
            total=reading.total,
            part=part,
            items_sha256=reading.items_sha256,
            before=before,
        )

    def _snapshot(
        self, playlist_id: str, body: bytes, playlist: Playlist, reading: Reading
    ) -> Snapshot:
        head = Head(
            source=self.run.source,
            playlist_id=playlist_id,
            run_id=str(self.run.run_id),
            fetched_at=self.clock(),
            snapshot_id=playlist.snapshot_id,
        )
        return Snapshot(head, body, self._further_pages(head, reading), reading.tail)

    def _further_pages(self, head: Head, reading: Reading) -> Iterator[bytes]:
        if reading.next is None:
            return
        # The embedded page's `next` may point at an endpoint that new apps may not call.
        body = self.spotify.playlist_items(head.playlist_id, reading.next_offset)
        reading.add(decode_page(body))
        yield body
        while reading.next is not None:
            body = self.spotify.next(reading.next)
            reading.add(decode_page(body))
            yield body
        self._check_still(head)

    def _check_still(self, head: Head) -> None:
        """What was read in several requests is one snapshot only if nothing changed meanwhile."""
        version = decode_version(self.spotify.version(head.playlist_id)).snapshot_id
        if version != head.snapshot_id:
            raise TornError(
                f"the playlist changed while its pages were read, {_MOST_READS} times in a row"
            )
