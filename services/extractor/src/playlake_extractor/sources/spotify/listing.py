"""Reads the user's list of playlists, if that saves requests.

`GET /me/playlists` gives the versions of fifty playlists at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from playlake_extractor.errors import (
    AuthorisationNeededError,
    ConfigurationError,
    ForbiddenError,
    PlaylistError,
    UnexpectedResponseError,
)
from playlake_extractor.ports import LeftOut, ListedPlaylist, OwnPlaylists
from playlake_extractor.sources.spotify.responses import (
    ListedEntry,
    Listing,
    Owner,
    decode_response,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from playlake_extractor.sources.spotify.endpoints import Endpoints

# https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists
LISTED_AT_ONCE: Final = 50

log = structlog.get_logger()


def own_playlists(api: Endpoints) -> OwnPlaylists:
    """List the playlists that the user owns or collaborates on.

    Raises:
        ConfigurationError: the credentials belong to no user.
        AuthorisationNeededError: Spotify refuses the user.
        PlaylistError: the list cannot be read now.
    """
    if not api.is_for_user:
        raise ConfigurationError(
            "PLAYLAKE_PLAYLISTS is mine, but there is no user: set PLAYLAKE_SPOTIFY_REFRESH_TOKEN, "
            "or name the playlists"
        )
    try:
        user = decode_response(api.user(), Owner)
        listed = [one for page in _pages(api) for one in page.playlists()]
    except ForbiddenError as error:
        raise AuthorisationNeededError(
            f"{error} to the request for the user's profile or playlists: the app's owner needs "
            "Spotify Premium, and the user a place on the app's list in Spotify's dashboard, under "
            "User Management"
        ) from error
    if user.id is None:
        raise UnexpectedResponseError("Spotify's profile of the user has no id")
    return OwnPlaylists(
        playlists=_each_once(one for one in listed if _is_own(one, user)),
        left_out=list(_left_out(listed)),
    )


def listed_playlists(
    api: Endpoints, wanted: Sequence[str], maybe_unchanged: Collection[str]
) -> Iterator[ListedPlaylist]:
    """List playlists while listing is cheaper than fetching each playlist.

    The list shows which playlists did not change, and has the version of the long ones.
    """
    sought = set(wanted if len(wanted) > LISTED_AT_ONCE else maybe_unchanged)
    if not api.is_for_user or len(sought) < 2:  # noqa: PLR2004 - a page costs as much as a playlist
        return
    try:
        for number, page in enumerate(_pages(api), start=1):
            playlists = page.playlists()
            yield from _each_once(playlists)
            sought -= {one.id for one in playlists}
            pages_left = -(-(page.total or 0) // LISTED_AT_ONCE) - number
            if pages_left >= len(sought):
                return
    except PlaylistError as error:
        log.warning("not_listed", reason=str(error))


def _pages(api: Endpoints) -> Iterator[Listing]:
    offset = 0
    while True:
        page = decode_response(api.my_playlists(offset), Listing)
        yield page
        offset += LISTED_AT_ONCE
        if page.next is None or offset >= (page.total or 0):
            return


def _is_own(one: ListedEntry, user: Owner) -> bool:
    return bool(one.collaborative) or one.owner == user


def _left_out(listed: Iterable[ListedEntry]) -> Iterator[LeftOut]:
    for one in listed:
        if not one.id:
            yield LeftOut("", "Spotify lists a playlist without an id, so it cannot be read")
        elif not one.collaborative and (one.owner is None or one.owner.id is None):
            yield LeftOut(
                one.id,
                "Spotify lists it without an owner, so it does not count as the user's own: name "
                "it in PLAYLAKE_PLAYLISTS to have it read",
            )


def _each_once(listed: Iterable[ListedEntry]) -> list[ListedPlaylist]:
    """Each playlist once; a playlist that moves meanwhile is on two pages."""
    found = {
        one.id: ListedPlaylist(one.id, one.name, one.snapshot_id, one.total)
        for one in listed
        if one.id
    }
    return list(found.values())
