"""The kinds of frames that hold saved files of Spotify's playlists."""

from __future__ import annotations

from typing import Final

from playlake_contracts.sources import spotify

ACCOUNT_DATA: Final = "account-data"
ARCHIVE_CUMULATIVE: Final = "archive-cumulative"
ARCHIVE_PRETTY: Final = "archive-pretty"
ENTRY_ARRAY: Final = "entry-array"
EXPORTIFY: Final = "exportify"
JSPF: Final = "jspf"
M3U: Final = "m3u"
PLAYLIST_WITH_ENTRIES: Final = "playlist-with-entries"
XSPF: Final = "xspf"

# Pages of `GET /me/tracks`: pages of the Web API, read as those of a playlist.
SAVED_TRACKS: Final = "saved-tracks"
SAVED_TRACKS_ID: Final = spotify.SAVED_TRACKS_ID
SAVED_TRACKS_NAME: Final = spotify.SAVED_TRACKS_NAME

# The kinds whose entries are the Web API's own, so that they show which generation answered.
WITH_API_ENTRIES: Final = frozenset({ENTRY_ARRAY, PLAYLIST_WITH_ENTRIES})
