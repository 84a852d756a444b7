"""Routes that say whether all is well: for watchdogs, and for whoever starts this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from playlake_web.facts.health import Health
from playlake_web.facts.pipeline import Alive, Status
from playlake_web.pages.status import status_page
from playlake_web.representing import JSON, html, wants_html
from playlake_web.routes.common import Responses, fresh_answers, open_answers, view_of
from playlake_web.watching import ALIVE, NOT_KEPT, NOT_WELL, READY, watched

if TYPE_CHECKING:
    from playlake_web.facts.fact import Fact
    from playlake_web.site import Site

_OPEN: Responses = open_answers()
_WATCHED: Responses = {
    **_OPEN,
    NOT_WELL: {
        **_OPEN[NOT_WELL],
        "model": Alive,
        "description": f"A watchdog says why. {_OPEN[NOT_WELL]['description']}",
    },
}
_BAD: Responses = {NOT_WELL: {"model": Health, "description": "One of them is bad."}}


def health_routes(site: Site) -> APIRouter:
    """The routes about the state of a lake."""
    router = APIRouter(tags=["operations"])

    @router.get("/status", response_model=Status, responses=fresh_answers(page=True))
    def show_status(request: Request) -> Response:
        """How the lake is doing, as of `at`: seconds ago. What is not known is null.

        Transformers of one lake give the same answer, but for `process`, `breaker` and `operation`:
        these are of the one that answers.
        """
        if wants_html(request):
            return html(site, status_page(view_of(request, site)))
        return _json(site.status())

    # A lake that does not answer is one of the watchdogs, and no problem.
    @router.get("/health", response_model=Health, responses={**fresh_answers(), **_BAD})
    def show_health() -> Response:
        """Each watchdog by its name. It is 503 if one of them is bad: a person is needed."""
        health = site.health()
        return _json(health, NOT_WELL if health.state == "bad" else 200)

    # These two run on the event loop: they answer also when every thread waits for AWS.
    @router.get(ALIVE, response_model=Alive, responses=_WATCHED)
    async def show_alive() -> Response:
        """Whether this process gets on, whatever its lake does; 503 if it should be replaced."""
        return watched("alive", None if site.process is None else site.process.alive())

    @router.get(READY, response_model=Alive, responses=_WATCHED)
    async def show_ready() -> Response:
        """Whether this process takes work; 503 if not: send requests elsewhere.

        A transformer takes work once its queue has answered, and until it stops. A process that
        only shows a lake has to query it, which it does at most every five minutes. It is not ready
        while the lake refuses, or does not answer within three seconds. Neither says anything of
        what waits or was rejected.
        """
        if site.process is not None:
            return watched("ready", site.process.ready())
        await run_in_threadpool(site.readiness.check, site.reader, site.clock)
        return watched("ready")

    return router


def _json(fact: Fact, status: int = 200) -> Response:
    body = fact.model_dump_json()
    return Response(body, status_code=status, media_type=JSON, headers=NOT_KEPT)
