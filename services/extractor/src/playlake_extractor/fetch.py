"""A playlist is read: its first response at once, page after page as the bundle pulls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.raw import Head
from playlake_extractor.bundle import Bundle, Snapshot
from playlake_extractor.domain import outcomes
from playlake_extractor.domain.responses import Playlist, Reading, decode_page, decode_playlist
from playlake_extractor.errors import NotReadableError, PlaylistError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.domain.runs import Run
    from playlake_extractor.ports import Clock, Spotify


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads playlists from Spotify into the bundle of a run."""

    run: Run
    spotify: Spotify
    bundle: Bundle
    clock: Clock

    def fetch(self, playlist_id: str) -> PlaylistOutcome:
        """Fetch one playlist; what goes wrong with it alone is its outcome.

        Raises:
            StopError: the run cannot go on.
        """
        playlist: Playlist | None = None
        try:
            body = self.spotify.playlist(playlist_id)
            playlist = decode_playlist(body)
            return self._read(playlist_id, body, playlist)
        except PlaylistError as error:
            return outcomes.not_landed(playlist_id, error, playlist)

    def _read(self, playlist_id: str, body: bytes, playlist: Playlist) -> PlaylistOutcome:
        if playlist.page is None:
            raise NotReadableError(
                "Spotify sent the playlist without its items: to an app in development mode it "
                "gives only those that the authorised user owns or collaborates on"
            )
        reading = Reading(playlist, playlist.page)
        head = Head(
            source=self.run.source,
            playlist_id=playlist_id,
            run_id=str(self.run.run_id),
            fetched_at=self.clock(),
            snapshot_id=playlist.snapshot_id,
        )
        pages = self._further_pages(playlist_id, reading)
        part = self.bundle.add(Snapshot(head, body, pages, reading.tail))
        return outcomes.landed(
            playlist_id, playlist, reading.tail(), total=reading.total, part=part
        )

    def _further_pages(self, playlist_id: str, reading: Reading) -> Iterator[bytes]:
        if reading.next is None:
            return
        # The embedded page's `next` may point at an endpoint that new apps may not call.
        body = self.spotify.playlist_items(playlist_id, reading.entries)
        reading.add(decode_page(body))
        yield body
        while reading.next is not None:
            body = self.spotify.next(reading.next)
            reading.add(decode_page(body))
            yield body
