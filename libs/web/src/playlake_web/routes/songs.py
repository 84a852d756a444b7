"""Routes about songs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from playlake_web.facts import songs
from playlake_web.facts.lists import SongStays, slice_of
from playlake_web.facts.songs import Which
from playlake_web.pages.songs import song_page, songs_page
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import answer
from playlake_web.routes.common import Cursor, From, Limit, kept_answers

if TYPE_CHECKING:
    from playlake_web.pages.environment import Page
    from playlake_web.site import Site

Identity = Annotated[
    str, Path(description="What distinguishes the song, such as `spotify:track:…`.")
]

Show = Annotated[
    Which,
    Query(
        description="Without `q`: `left`, what left in the last thirty days; `vanished`, the songs "
        "that no playlist holds any more; `longest`, the thousand longest stays."
    ),
]


def song_routes(site: Site) -> APIRouter:
    """The routes about songs."""
    router = APIRouter(tags=["songs"])
    _add_list(router, site)
    _add_song(router, site)
    return router


def _add_list(router: APIRouter, site: Site) -> None:
    @router.get(
        "/songs",
        response_model=SongStays,
        responses=kept_answers(ProblemCode.BAD_CURSOR, page=True),
    )
    def list_songs(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="A part of a title or artist.")] = "",
        show: Show = "left",
        first: From = 0,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """The stays of songs with a text in their title or artists; else those that are chosen."""
        wanted = q.strip()

        def fact() -> SongStays:
            found = songs.found_or_chosen(site.reader, wanted, show, site.today)
            shown, rest = slice_of(found, cursor, limit)
            return SongStays(stays=shown, next=rest)

        return answer(
            request, site, fact, lambda: songs_page(site.reader, site.today, wanted, show, first)
        )


def _add_song(router: APIRouter, site: Site) -> None:
    @router.get(
        "/songs/{identity:path}",
        response_model=SongStays,
        responses=kept_answers(ProblemCode.NO_SUCH_SONG, page=True),
    )
    def show_song(request: Request, identity: Identity) -> Response:
        """Where a song is and was, by its identity such as `spotify:track:…`."""

        def fact() -> SongStays:
            found = songs.song(site.reader, identity)
            if not found:
                raise _no_song()
            return SongStays(stays=tuple(found), next=None)

        def page() -> Page:
            found = song_page(site.reader, identity, site.today)
            if found is None:
                raise _no_song()
            return found

        return answer(request, site, fact, page)


def _no_song() -> ProblemError:
    return ProblemError(
        ProblemCode.NO_SUCH_SONG, "no playlist ever held it: /songs?q= finds songs by their title"
    )
