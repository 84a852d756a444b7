"""How playlists and songs of all sources are referred to. A new source is registered here."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources import (
    listenbrainz_references,
    spotify_references,
    youtube_references,
)
from playlake_contracts.sources.listenbrainz import SOURCE as LISTENBRAINZ
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY
from playlake_contracts.sources.youtube import SOURCE as YOUTUBE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class References:
    """How the playlists and songs of a source are referred to.

    Attributes:
        parse_playlist: parses an id, URI or link of a playlist into its id, or raises `ValueError`
            with a message that begins with the text.
        link_of_playlist: the address of a playlist, by its id; None if the id has another form.
        identity_of_song: the identity of the song that a URI or link names; None if it names none.
        link_of_song: the address of a song, by its identity; None if it has none.
        uri_of_playlist: the URI of a playlist, by its id; None if a link is all it has.
        names_users: whether it knows users by their names, so that the id of one is a name.
        links_make_playlists: whether links of songs, pasted into the source's app, add the songs.
    """

    parse_playlist: Callable[[str], str]
    link_of_playlist: Callable[[str], str | None]
    identity_of_song: Callable[[str], str | None]
    link_of_song: Callable[[str], str | None]
    uri_of_playlist: Callable[[str], str] | None = None
    names_users: bool = False
    links_make_playlists: bool = False


REFERENCES: Final[Mapping[str, References]] = MappingProxyType(
    {
        SPOTIFY: References(
            parse_playlist=spotify_references.parse_reference,
            link_of_playlist=spotify_references.link_of_playlist,
            identity_of_song=spotify_references.uri_of_item,
            link_of_song=spotify_references.link_of_item,
            uri_of_playlist=spotify_references.uri_of_playlist,
            links_make_playlists=True,
        ),
        LISTENBRAINZ: References(
            parse_playlist=listenbrainz_references.parse_reference,
            link_of_playlist=listenbrainz_references.link_of_playlist,
            identity_of_song=listenbrainz_references.address_of_recording,
            link_of_song=listenbrainz_references.link_of_recording,
            names_users=True,
        ),
        YOUTUBE: References(
            parse_playlist=youtube_references.parse_reference,
            link_of_playlist=youtube_references.link_of_playlist,
            identity_of_song=youtube_references.identity_of_video,
            link_of_song=youtube_references.link_of_video,
        ),
    }
)


def playlists_named(text: str) -> set[tuple[str, str]]:
    """The sources and ids of the playlists that an id, URI or link can mean."""
    return {
        (source, playlist_id)
        for source, references in REFERENCES.items()
        if (playlist_id := _parsed(references, text)) is not None
    }


def link_of_playlist(source: str, playlist_id: str) -> str | None:
    """The address of a playlist; None if it has none, as an imported one without an id."""
    references = REFERENCES.get(source)
    return None if references is None else references.link_of_playlist(playlist_id)


def names_users(source: str) -> bool:
    """Whether the id of a user of a source is a name for people."""
    references = REFERENCES.get(source)
    return references is not None and references.names_users


def links_make_playlists(source: str) -> bool:
    """Whether links of songs, pasted into a playlist in the source's app, add the songs."""
    references = REFERENCES.get(source)
    return references is not None and references.links_make_playlists


def identifier_of_playlist(source: str, playlist_id: str) -> str:
    """What a file of a playlist names it by: its URI, else its address, else its source and id."""
    references = REFERENCES.get(source)
    if references is not None and references.uri_of_playlist is not None:
        return references.uri_of_playlist(playlist_id)
    return link_of_playlist(source, playlist_id) or f"{source}:playlist:{playlist_id}"


def identity_of_song(text: str) -> str | None:
    """The identity of the song that a URI or link names; None if it names none."""
    found = (references.identity_of_song(text) for references in REFERENCES.values())
    return next(filter(None, found), None)


def link_of_song(identity: str | None) -> str | None:
    """The address of a song by its identity; None if it has none, as a local file."""
    if identity is None:
        return None
    found = (references.link_of_song(identity) for references in REFERENCES.values())
    return next(filter(None, found), None)


def _parsed(references: References, text: str) -> str | None:
    try:
        return references.parse_playlist(text)
    except ValueError:  # it means a playlist of another source, or none
        return None
