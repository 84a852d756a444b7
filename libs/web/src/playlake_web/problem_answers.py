"""Answers a request with what is wrong: a page for a browser, problem+json for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from playlake_web.pages.environment import Page
from playlake_web.problems import MEDIA_TYPE, ProblemCode, ProblemError
from playlake_web.representing import html, wants_html

if TYPE_CHECKING:
    from fastapi import Request

    from playlake_web.site import Site


def answer_problem(request: Request, site: Site, error: ProblemError) -> Response:
    """The answer to a request, which names it by its id."""
    problem = error.problem(request.state.request_id)
    if wants_html(request):
        return html(site, Page("problem.html", {"problem": problem}), problem.status)
    headers = {"cache-control": "no-store"}
    if error.code is ProblemCode.SIGNED_OUT:
        headers["www-authenticate"] = "Bearer"
    body = problem.model_dump_json()
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
