"""Routes about runs and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from playlake_web.facts.lists import Runs, slice_of
from playlake_web.facts.runs import CommittedPart, RunDetails, run_details, runs
from playlake_web.pages.runs import run_page, runs_page
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import answer, answer_json, wants_html
from playlake_web.routes.common import Cursor, Limit, RunIdText, kept_answers, view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.facts.fact import Fact
    from playlake_web.pages.environment import Page
    from playlake_web.pages.viewing import View
    from playlake_web.site import Site

Before = Annotated[
    str | None, Query(max_length=40, description="Of the page: a run; those before it are shown.")
]
Part = Annotated[
    str, Path(description="Its name in the run: `part-0000` and so on, or `manifest`.")
]


def run_routes(site: Site) -> APIRouter:
    """The routes about runs."""
    router = APIRouter(tags=["runs"])

    @router.get(
        "/runs", response_model=Runs, responses=kept_answers(ProblemCode.BAD_CURSOR, page=True)
    )
    def list_runs(
        request: Request, before: Before = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Response:
        """The runs, the newest first."""

        def fact() -> Runs:
            found, rest = slice_of(runs(site.reader), cursor, limit)
            return Runs(runs=found, next=rest)

        return answer(request, site, fact, lambda: runs_page(site.reader, before))

    @router.get(
        "/runs/{run_id}",
        response_model=RunDetails,
        responses=kept_answers(ProblemCode.NO_SUCH_RUN, page=True),
    )
    def show_run(request: Request, run_id: RunIdText) -> Response:
        """A run: what became of every playlist, and its committed parts."""
        return _answer(request, site, lambda: _details(site, run_id), run_id)

    @router.get(
        "/parts/{run_id}/{part}",
        response_model=CommittedPart,
        responses=kept_answers(ProblemCode.NO_SUCH_RUN, ProblemCode.NO_SUCH_PART, page=True),
    )
    def show_part(request: Request, run_id: RunIdText, part: Part) -> Response:
        """A committed part of a run."""

        def fact() -> CommittedPart:
            for each in _details(site, run_id).parts:
                if each.part == part:
                    return each
            raise ProblemError(
                ProblemCode.NO_SUCH_PART,
                f"run {run_id} has no committed part of this name: /runs/{run_id} lists them",
            )

        return _answer(request, site, fact, run_id)

    return router


def _answer(request: Request, site: Site, fact: Callable[[], Fact], run_id: str) -> Response:
    """A fact about a run, or its page."""
    if not wants_html(request):
        return answer_json(request, site, fact)
    view = view_of(request, site)
    return answer(request, site, fact, lambda: _page(site, run_id, view), view.key)


def _details(site: Site, run_id: str) -> RunDetails:
    try:
        found = run_details(site.reader, run_id)
    except ValueError:  # so no run can have this id
        found = None
    if found is None:
        raise _no_run()
    return found


def _page(site: Site, run_id: str, view: View) -> Page:
    try:
        found = run_page(site.reader, run_id, view)
    except ValueError:  # so no run can have this id
        found = None
    if found is None:
        raise _no_run()
    return found


def _no_run() -> ProblemError:
    return ProblemError(
        ProblemCode.NO_SUCH_RUN, "nothing of a run with this id is committed: /runs lists the runs"
    )
