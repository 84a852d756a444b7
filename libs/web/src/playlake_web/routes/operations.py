"""Routes that mend: what was rejected, what waits, a run, and the catalog.

A program posts JSON and gets the operation. A form of a page gets its page again, which says what
was done.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from playlake_contracts.runs import RunId
from playlake_web.facts.pipeline import DeadLetters, Operation, OperationName
from playlake_web.operations import problem_of
from playlake_web.pages.status import dead_letters_page
from playlake_web.pipeline import MOST_LETTERS, NoSuchRunError, PipelineError
from playlake_web.problems import ProblemCode
from playlake_web.representing import JSON, html, wants_html
from playlake_web.routes.common import fresh_answers, problems, view_of
from playlake_web.routes.posted import (
    Nothing,
    WantedDismissal,
    WantedLetters,
    WantedRun,
    body_of,
    posted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.site import Site

_SEE_OTHER = 303
_ACCEPTED = 202
_NOT_KEPT = {"cache-control": "no-store"}


def operation_routes(site: Site) -> APIRouter:
    """The routes that mend, and the one that lists what was rejected."""
    router = APIRouter(tags=["operations"])
    _add_list(router, site)
    _add_redrive(router, site)
    _add_dismiss(router, site)
    _add_replay(router, site)
    _add_others(router, site)
    return router


def _add_list(router: APIRouter, site: Site) -> None:
    @router.get(
        "/dlq",
        response_model=DeadLetters,
        responses=fresh_answers(ProblemCode.OPERATION_FAILED, page=True),
    )
    def list_dead_letters(
        request: Request,
        limit: Annotated[
            int, Query(ge=1, le=MOST_LETTERS, description="The most that are given.")
        ] = 100,
    ) -> Response:
        """What was rejected, with the reasons, and what of it was dismissed.

        On AWS this receives the dead letters, and gives them back at once.
        """
        try:
            found = site.pipeline.dead_letters(limit)
        except PipelineError as error:
            raise problem_of(error) from error
        if wants_html(request):
            return html(site, dead_letters_page(view_of(request, site), found))
        return Response(found.model_dump_json(), media_type=JSON, headers=_NOT_KEPT)


def _add_redrive(router: APIRouter, site: Site) -> None:
    @router.post("/dlq/redrive", openapi_extra=body_of(WantedLetters), **_documented())
    async def redrive(request: Request) -> Response:
        """Have what was rejected processed anew; all is all that was not dismissed."""
        wanted, to = await posted(request, WantedLetters)
        ids = None if wanted.all else wanted.ids
        return await _done(site, OperationName.REDRIVE, lambda: site.pipeline.redrive(ids), to)


def _add_dismiss(router: APIRouter, site: Site) -> None:
    @router.post("/dlq/dismiss", openapi_extra=body_of(WantedDismissal), **_documented())
    async def dismiss(request: Request) -> Response:
        """Let dead letters count and alarm no more.

        Who, when and why is kept. What was landed stays, and a redrive takes it back.
        """
        wanted, to = await posted(request, WantedDismissal)
        by = wanted.by.strip() or ("the API" if to is None else "the page")
        work = partial(site.pipeline.dismiss, wanted.ids, by, wanted.reason.strip())
        return await _done(site, OperationName.DISMISS, work, to)


def _add_replay(router: APIRouter, site: Site) -> None:
    @router.post(
        "/replay", openapi_extra=body_of(WantedRun), **_documented(ProblemCode.NO_SUCH_RUN)
    )
    async def replay(request: Request) -> Response:
        """Transform the raw objects of a run again, and write their files anew."""
        wanted, to = await posted(request, WantedRun)
        try:
            run_id = str(RunId.parse(wanted.run_id))
        except ValueError as error:  # so no run can have this id
            nowhere = NoSuchRunError("no run can have this id: /runs lists the runs")
            raise problem_of(nowhere) from error
        return await _done(site, OperationName.REPLAY, lambda: site.pipeline.replay(run_id), to)


def _add_others(router: APIRouter, site: Site) -> None:
    @router.post("/reconcile", openapi_extra=body_of(Nothing), **_documented())
    async def reconcile(request: Request) -> Response:
        """Go on with what was landed and left."""
        _, to = await posted(request, Nothing)
        return await _done(site, OperationName.RECONCILE, site.pipeline.reconcile, to)

    @router.post("/crawl", openapi_extra=body_of(Nothing), **_documented())
    async def crawl(request: Request) -> Response:
        """Start the crawler of a lake on AWS."""
        _, to = await posted(request, Nothing)
        return await _done(site, OperationName.CRAWL, site.pipeline.crawl, to)


def _documented(*codes: ProblemCode) -> dict[str, Any]:
    """What every operation answers."""
    found = problems(
        *codes,
        ProblemCode.FORGED,
        ProblemCode.BUSY,
        ProblemCode.NOTHING_TO_DO,
        ProblemCode.NO_SUCH_OPERATION,
        ProblemCode.OPERATION_FAILED,
    )
    found[_ACCEPTED] = {"model": Operation, "description": "It goes on; /status says when it ends."}
    found[_SEE_OTHER] = {"description": "Of a form: its page again, which says what was done."}
    return {"response_model": Operation, "responses": found}


async def _done(
    site: Site, name: OperationName, work: Callable[[], str], to: str | None
) -> Response:
    operation = await run_in_threadpool(site.operations.begin, name, work, site.clock)
    if to is not None:
        path, _, query = to.partition("?")
        kept = [each for each in query.split("&") if each and not each.startswith("did=")]
        return RedirectResponse(f"{path}?{'&'.join([*kept, f'did={operation.id}'])}", _SEE_OTHER)
    status = _ACCEPTED if operation.state == "running" else 200
    body = operation.model_dump_json()
    return Response(body, status_code=status, media_type=JSON, headers=_NOT_KEPT)
