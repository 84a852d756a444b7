"""Lists the public playlists of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_extractor.errors import ConfigurationError, GoneError
from playlake_extractor.ports import LeftOut, ListedPlaylist, OwnPlaylists
from playlake_extractor.sources.youtube.pages import Tokens
from playlake_extractor.sources.youtube.responses import Playlist, Playlists, decode_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_extractor.sources.youtube.api import YoutubeApi


def channel_playlists(api: YoutubeApi, channel_id: str | None) -> OwnPlaylists:
    """List the public playlists of a channel.

    Raises:
        ConfigurationError: no channel is set, or there is none of this id.
        PlaylistError: the list cannot be read now.
    """
    if channel_id is None:
        raise ConfigurationError(
            "PLAYLAKE_PLAYLISTS is mine, but a key of YouTube belongs to no user: set "
            "PLAYLAKE_YOUTUBE_CHANNEL to the id of a channel to read its public playlists, or "
            "name the playlists"
        )
    try:
        found = list(_listed(api, channel_id))
    except GoneError as error:
        raise ConfigurationError(
            f"{error}: PLAYLAKE_YOUTUBE_CHANNEL is {channel_id}, which is no channel of YouTube"
        ) from error
    playlists = {
        one.id: ListedPlaylist(one.id, one.name, total=one.total) for one in found if one.id
    }
    nameless = [one for one in found if not one.id]
    return OwnPlaylists(
        playlists=list(playlists.values()),
        left_out=[
            LeftOut("", "YouTube lists a playlist without an id, so it cannot be read")
            for _ in nameless
        ],
    )


def _listed(api: YoutubeApi, channel_id: str) -> Iterator[Playlist]:
    tokens = Tokens()
    while True:
        page = decode_response(api.channel_playlists(channel_id, tokens.next), Playlists)
        yield from page.items
        tokens.follow(page.next_page_token, is_empty=not page.items)
        if tokens.next is None:
            return
