"""How each source writes users, so that they can be taken out of what it sent.

A new source is registered here; a source that is absent has no users.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import DecodeError, Struct
from msgspec.json import decode

from playlake_contracts.sources.listenbrainz import SOURCE as LISTENBRAINZ
from playlake_contracts.sources.redacting import People, UserField
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY
from playlake_contracts.sources.youtube import SOURCE as YOUTUBE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ID: Final = r"([^:/?#\s\"'<>,;&]+)"

# https://developer.spotify.com/documentation/web-api/reference/get-playlist: `owner` and
# `added_by`. Archives name an owner by a link, files for players `added_by` by a text, and the CSV
# of Exportify has a column of it.
_SPOTIFY: Final = People(
    fields=(
        UserField(
            "id",
            names=("display_name", "name"),
            within=frozenset(("owner", "added_by")),
            kind="user",
            links=("uri", "href", "url"),
        ),
        UserField("added_by"),
    ),
    references=re.compile(rf"(spotify:user:|/users?/){_ID}"),
    hint=b"user",
    column="added by",
)
# https://musicbrainz.org/doc/jspf: users are known by their names. The creator of a track is an
# artist.
_LISTENBRAINZ: Final = People(
    fields=(UserField("creator", within=frozenset(("playlist",))), UserField("added_by")),
    references=re.compile(rf"((?:listenbrainz|musicbrainz)\.org/user/){_ID}"),
    hint=b"user",
    lists=frozenset(("collaborators",)),
)
# https://developers.google.com/youtube/v3/docs/playlistItems: who added an entry, and whose a video
# is, are channels.
_YOUTUBE: Final = People(
    fields=(
        UserField("channelId", names=("channelTitle",)),
        UserField("videoOwnerChannelId", names=("videoOwnerChannelTitle",), is_artist=True),
    ),
    references=re.compile(rf"(youtube\.com/channel/){_ID}"),
    hint=b"channel",
)


class _Id(Struct):
    id: str | None = None


class _Owned(Struct):
    owner: _Id | None = None


class _SpotifyFrame(Struct):
    playlist: _Owned | None = None


class _Creator(Struct):
    creator: str | None = None


class _Jspf(Struct):
    playlist: _Creator | None = None


class _ListenbrainzFrame(Struct):
    playlist: _Jspf | None = None


class _Channel(Struct, rename="camel"):
    channel_id: str | None = None


class _Item(Struct):
    snippet: _Channel | None = None


class _Items(Struct):
    items: list[_Item] | None = None


class _YoutubeFrame(Struct):
    playlist: _Items | None = None


def owner_of(frame: bytes, source: str) -> str | None:
    """The id of the owner of the playlist of a frame; None if it does not say it."""
    try:
        return _OWNERS[source](frame) if source in _OWNERS else None
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _owner_on_spotify(frame: bytes) -> str | None:
    playlist = decode(frame, type=_SpotifyFrame).playlist
    return playlist.owner.id if playlist and playlist.owner else None


def _owner_on_listenbrainz(frame: bytes) -> str | None:
    jspf = decode(frame, type=_ListenbrainzFrame).playlist
    return jspf.playlist.creator if jspf and jspf.playlist else None


def _owner_on_youtube(frame: bytes) -> str | None:
    found = decode(frame, type=_YoutubeFrame).playlist
    item = found.items[0] if found and found.items else None
    return item.snippet.channel_id if item and item.snippet else None


_OWNERS: Final[Mapping[str, Callable[[bytes], str | None]]] = MappingProxyType(
    {
        SPOTIFY: _owner_on_spotify,
        LISTENBRAINZ: _owner_on_listenbrainz,
        YOUTUBE: _owner_on_youtube,
    }
)

PEOPLE: Final[Mapping[str, People]] = MappingProxyType(
    {SPOTIFY: _SPOTIFY, LISTENBRAINZ: _LISTENBRAINZ, YOUTUBE: _YOUTUBE}
)
