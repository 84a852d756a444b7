"""Feeds of what changed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from playlake_web.access.guard import FEED
from playlake_web.addresses import playlist_page
from playlake_web.facts.feed import first_run, news
from playlake_web.facts.people import names_of_people
from playlake_web.facts.playlists import playlists
from playlake_web.feeds import MEDIA_TYPE, Feed, atom
from playlake_web.problems import ProblemCode
from playlake_web.representing import kept
from playlake_web.routes.common import PlaylistId, Responses, Source, kept_answers
from playlake_web.routes.playlists import find_playlist

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.facts.playlists import Playlist
    from playlake_web.site import Site

_ATOM: Final[Responses] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "An Atom feed (RFC 4287) of the 50 latest.",
    }
}


def feed_routes(site: Site) -> APIRouter:
    """The routes of feeds."""
    router = APIRouter(tags=["feeds"])

    @router.get(f"/{FEED}", response_class=Response, responses={**kept_answers(), **_ATOM})
    def feed_of_changes(request: Request) -> Response:
        """What changed in all playlists: an entry a run and playlist, the newest first."""
        return _answer(request, site, lambda: _feed(request, site, None))

    @router.get(
        f"/playlists/{{playlist_id}}/{FEED}",
        response_class=Response,
        responses={**kept_answers(ProblemCode.NO_SUCH_PLAYLIST), **_ATOM},
    )
    def feed_of_playlist(
        request: Request, playlist_id: PlaylistId, source: Source = None
    ) -> Response:
        """What changed in a playlist: an entry a run, the newest first."""
        return _answer(
            request, site, lambda: _feed(request, site, find_playlist(site, playlist_id, source))
        )

    return router


def _answer(request: Request, site: Site, make: Callable[[], Feed]) -> Response:
    # The query may have a token, on which the feed does not depend.
    depends_on = (_base(request, site), request.query_params.get("source", ""))
    media_type = f"{MEDIA_TYPE}; charset=utf-8"
    return kept(request, site, media_type, lambda: atom(make()), *depends_on, with_query=False)


def _feed(request: Request, site: Site, playlist: Playlist | None) -> Feed:
    lake = site.reader
    labels = {each.key: each.label for each in playlists(lake, site.today)}
    return Feed(
        identity=f"feed:{first_run(lake) or ''}:{':'.join(playlist.key) if playlist else ''}",
        title=f"{playlist.label} · Playlake" if playlist else "Playlake",
        base=_base(request, site),
        path=request.url.path,
        page=playlist_page(playlist.key) if playlist else "/",
        changed_at=datetime.combine(site.today, time.min, UTC),
        news=news(lake, playlist.key if playlist else None),
        labels=labels,
        people=names_of_people(lake),
    )


def _base(request: Request, site: Site) -> str:
    scheme = "https" if site.is_secure else request.url.scheme
    return f"{scheme}://{request.url.netloc}"
