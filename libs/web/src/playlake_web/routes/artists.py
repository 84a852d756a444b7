"""Routes about artists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from playlake_web.facts import artists
from playlake_web.facts.artists import ArtistDetails, Which
from playlake_web.facts.lists import Artists, slice_of
from playlake_web.pages.artists import artist_page, artists_page
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import answer
from playlake_web.routes.common import Cursor, From, Limit, kept_answers

if TYPE_CHECKING:
    from playlake_web.site import Site

ArtistSource = Annotated[
    str | None,
    Query(
        alias="source",
        max_length=40,
        description="The service, where two have an artist of this id.",
    ),
]
ArtistId = Annotated[str, Path(description="The source's id of the artist.")]
Show = Annotated[
    Which,
    Query(
        description="`all`, those with the most songs now first; `new`, those who came in the last "
        "thirty days; `gone`, those whose every song has left."
    ),
]


def artist_routes(site: Site) -> APIRouter:
    """The routes about artists."""
    router = APIRouter(tags=["artists"])

    @router.get(
        "/artists",
        response_model=Artists,
        responses=kept_answers(ProblemCode.BAD_CURSOR, page=True),
    )
    def list_artists(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="A part of the name.")] = "",
        show: Show = "all",
        first: From = 0,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """The artists of whom a playlist ever held a song."""
        wanted = q.strip()

        def fact() -> Artists:
            found = artists.artists(site.reader, wanted, show, site.today)
            shown, rest = slice_of(found, cursor, limit)
            return Artists(artists=shown, next=rest)

        return answer(
            request, site, fact, lambda: artists_page(site.reader, site.today, wanted, show, first)
        )

    @router.get(
        "/artists/{artist_id}",
        response_model=ArtistDetails,
        responses=kept_answers(ProblemCode.NO_SUCH_ARTIST, page=True),
    )
    def show_artist(request: Request, artist_id: ArtistId, source: ArtistSource = None) -> Response:
        """An artist: where and when playlists held the songs, and which they are."""

        def fact() -> ArtistDetails:
            return _find(site, artist_id, source)

        return answer(request, site, fact, lambda: artist_page(site.reader, fact(), site.today))

    return router


def _find(site: Site, artist_id: str, source: str | None) -> ArtistDetails:
    found = artists.artist(site.reader, artist_id, source)
    if len(found) > 1:
        sources = ", ".join(each.source for each in found)
        raise ProblemError(
            ProblemCode.NO_SUCH_ARTIST,
            f"several sources have this id: add ?source= and one of {sources}",
        )
    if not found:
        raise ProblemError(
            ProblemCode.NO_SUCH_ARTIST,
            "no playlist ever held a song of an artist with this id: /artists?q= finds artists by "
            "their name",
        )
    return found[0]
