"""Lists the playlists of a user, with the times of their last changes as their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from playlake_contracts.sources.listenbrainz_references import parse_reference
from playlake_extractor.errors import (
    ConfigurationError,
    GoneError,
    PlaylistError,
    UnexpectedResponseError,
)
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.ports import LeftOut, ListedPlaylist, OwnPlaylists
from playlake_extractor.sources.listenbrainz.responses import Jspf, Listing, decode_response

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from msgspec import Raw

    from playlake_extractor.sources.listenbrainz.api import ListenBrainzApi

_MOST_PAGES: Final = 1000
_NOT_ENOUGH: Final = 2  # a page of the list costs as much as a playlist

log = structlog.get_logger()


def own_playlists(api: ListenBrainzApi) -> OwnPlaylists:
    """List the playlists that the user made.

    Raises:
        ConfigurationError: no user is given, or ListenBrainz knows none of this name.
        AuthorisationNeededError: ListenBrainz refuses the token.
        PlaylistError: the list cannot be read now.
    """
    if api.user is None:
        raise ConfigurationError(
            "PLAYLAKE_PLAYLISTS is mine, but there is no user: set PLAYLAKE_LISTENBRAINZ_USER, or "
            "name the playlists"
        )
    try:
        elements = list(_elements(api, api.user))
    except GoneError as error:
        raise ConfigurationError(
            f"ListenBrainz knows no user {api.user!r}: correct PLAYLAKE_LISTENBRAINZ_USER"
        ) from error
    listed = [_listed(raw) for raw in elements]
    found = {one.playlist_id: one for one in listed if one is not None}
    nameless = LeftOut("", "ListenBrainz lists a playlist without an MBID, so it cannot be read")
    return OwnPlaylists(list(found.values()), [nameless for one in listed if one is None])


def listed_playlists(
    api: ListenBrainzApi, maybe_unchanged: Collection[str]
) -> Iterator[ListedPlaylist]:
    """List the user's playlists, if that shows of several that they did not change."""
    if api.user is None or len(maybe_unchanged) < _NOT_ENOUGH:
        return
    try:
        for raw in _elements(api, api.user):
            if (one := _listed(raw)) is not None:
                yield one
    except PlaylistError as error:
        log.warning("not_listed", reason=str(error))


def _elements(api: ListenBrainzApi, user: str) -> Iterator[Raw]:
    """The elements of all pages; a playlist that moves meanwhile is on two pages."""
    offset = 0
    for _ in range(_MOST_PAGES):
        page = decode_response(api.playlists(user, offset), Listing)
        yield from page.playlists
        offset += len(page.playlists)
        if not page.playlists or offset >= (page.playlist_count or 0):
            return
    raise UnexpectedResponseError(f"ListenBrainz's list does not end after {_MOST_PAGES:,} pages")


def _listed(raw: Raw) -> ListedPlaylist | None:
    """A playlist of the list; None if it has no MBID."""
    found = decode_or_none(bytes(raw), Jspf)
    if found is None:
        return None
    try:
        playlist_id = parse_reference(found.identifier)
    except ValueError:  # nothing identifies it
        return None
    return ListedPlaylist(playlist_id, found.name, found.version)
