"""Reads one playlist, which ListenBrainz sends in one response with all its entries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from playlake_contracts.content import ContentDigest
from playlake_contracts.raw import PLAYLIST, Tail
from playlake_extractor.errors import GoneError, TornError
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.sources.listenbrainz.responses import Jspf, decode_response, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msgspec import Raw

    from playlake_extractor.ports import ListedPlaylist
    from playlake_extractor.sources.listenbrainz.api import ListenBrainzApi


class WholePlaylist:
    """A playlist that was read whole; implements `ports.Reading`.

    Args:
        body: the response, as ListenBrainz sent it.

    Raises:
        PlaylistError: the response is not as documented, or has no entries.
    """

    kind = PLAYLIST

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._jspf = decode_response(body, Jspf)
        self.entries = len(self._jspf.tracks)
        self.total = self.entries

    @property
    def address(self) -> str:
        """The playlist's address; empty if it has none."""
        return self._jspf.identifier

    @property
    def tracks(self) -> Sequence[Raw]:
        """The raw JSON of its entries."""
        return self._jspf.tracks

    @property
    def name(self) -> str | None:
        """The playlist's title."""
        return self._jspf.name

    @property
    def snapshot_id(self) -> str | None:
        """When the playlist was changed last."""
        return self._jspf.version

    def pages(self) -> Iterator[bytes]:
        """There are no further pages."""
        yield from ()

    def playlist(self) -> bytes:
        """The response."""
        return self._body

    def result(self) -> PlaylistRead:
        """The number of entries, and a digest of them."""
        entries = list(map(read_entry, self._jspf.tracks))
        digest = ContentDigest()
        digest.add(
            range(len(entries)),
            [entry.identity for entry in entries],
            [entry.added_at for entry in entries],
        )
        return PlaylistRead(
            name=self.name,
            snapshot_id=self.snapshot_id,
            tail=Tail(api=None, entries=self.entries, complete=True),
            total=self.total,
            items_sha256=str(digest),
        )


def open_playlist(
    api: ListenBrainzApi, playlist_id: str, listed: ListedPlaylist | None
) -> WholePlaylist:
    """Fetch a playlist.

    Raises:
        GoneError: it was deleted, or is private; ListenBrainz does not say which.
        TornError: the response is older than the list that shows the playlist.
        PlaylistError: it cannot be read now.
    """
    try:
        reading = WholePlaylist(api.playlist(playlist_id))
    except GoneError as error:
        raise GoneError(
            f"{error}: it was deleted, or it is private and only the token of its owner or of a "
            "collaborator reads it"
        ) from error
    if listed is not None and _is_older(reading.snapshot_id, listed.snapshot_id):
        raise TornError("ListenBrainz's answer is older than its list of playlists")
    return reading


def _is_older(version: str | None, than: str | None) -> bool:
    """Whether a version is before another; versions that are no times cannot be compared."""
    try:
        return datetime.fromisoformat(version or "") < datetime.fromisoformat(than or "")
    except (ValueError, TypeError):
        return False
