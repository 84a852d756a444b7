"""What a user says of the playlist in the files."""

from __future__ import annotations

import re
from typing import Final

from playlake.errors import CommandError
from playlake_contracts.sources.references import playlists_named
from playlake_contracts.sources.spotify_references import parse_reference
from playlake_extractor.public import SOURCES, GivenPlaylist

_ID: Final = re.compile(r"[0-9A-Za-z_.-]{1,100}", re.ASCII)


def given_playlist(playlist: str | None, name: str | None) -> GivenPlaylist:
    """The playlist that a user names by an id, URI or link, or by its name alone.

    Raises:
        CommandError: it is no id, URI or link, or the name is empty.
    """
    if name is not None and not name.strip():
        raise CommandError("--name is empty: give the name of the playlist, or leave it out")
    return GivenPlaylist(None if playlist is None else _id(playlist), name)


def _id(text: str) -> str:
    """The id in a URI or a link; an id that is not Spotify's, as of a file, is taken as it is."""
    if _ID.fullmatch(text):
        return text
    for source, playlist_id in playlists_named(text):
        if SOURCES[source].dialects:
            return playlist_id
    try:
        return parse_reference(text)
    except ValueError as error:
        raise CommandError(f"--playlist {error}") from error
