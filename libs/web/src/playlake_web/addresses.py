"""The addresses of pages, drawings and files, and those of songs at their sources."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from datetime import date

    from playlake_web.facts.playlists import PlaylistKey

FILES: Final = "/files"
_KEY_LETTERS: Final = 24


def page(*names: str, **query: str) -> str:
    """The address of a page by the names of its path, and its query."""
    path = "/" + "/".join(quote(name, safe=":") for name in names)
    return f"{path}?{urlencode(query)}" if query else path


def playlist_page(key: PlaylistKey, at: date | None = None) -> str:
    """The page of a playlist, today or wound back to a day."""
    return page("playlists", key.id, **({} if at is None else {"at": at.isoformat()}))


def artist_page(source: str, artist_id: str) -> str:
    """The page of an artist."""
    return page("artists", artist_id, source=source)


def cover_of_artist(source: str, artist_id: str) -> str:
    """The cover of an artist, which is shown round."""
    return f"/covers/song-{_digest(f'{source}:artist:{artist_id}')}.svg"


def cover_of_playlist(key: PlaylistKey, kept: str | None = None) -> str:
    """The cover of a playlist: the kept one if there is one, else the one that is drawn."""
    return kept or f"/covers/playlist-{_digest(':'.join(key))}.svg"


def kept_cover(digest: str) -> str:
    """The kept cover with a SHA-256, in hexadecimal."""
    return f"/covers/{digest}"


def cover_of_song(identity: str | None) -> str:
    """The cover of a song, or of an entry that nothing distinguishes."""
    return f"/covers/song-{_digest(identity or '')}.svg"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_KEY_LETTERS]
