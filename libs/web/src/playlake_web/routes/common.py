"""What several routes share: parameters, and what they answer, for their documentation."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Path, Query
from pydantic import BeforeValidator

from playlake_web.access.tokens import Scope
from playlake_web.facts.lists import MOST
from playlake_web.pages.viewing import View
from playlake_web.problems import MEDIA_TYPE, ProblemCode

if TYPE_CHECKING:
    from fastapi import Request

    from playlake_web.access.guard import Bearer
    from playlake_web.site import Site

Cursor = Annotated[
    str | None,
    Query(max_length=200, description="`next` of the page before; leave it out for the first."),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="The most that a page has.")]
Source = Annotated[
    str | None,
    Query(max_length=40, description="The service, where two have a playlist with this id."),
]
From = Annotated[
    int,
    Query(alias="from", ge=0, le=1_000_000, description="Of the page: the first position, from 0."),
]
PlaylistId = Annotated[str, Path(description="The source's id of the playlist.")]
RunIdText = Annotated[str, Path(description="The run, such as `20261121T060000Z-wrjkwl`.")]
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _as_written(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value) is None:
        raise ValueError("a day is written as 2026-11-21")
    return value


# Pydantic alone takes a number of seconds for a day as well.
Day = Annotated[date, BeforeValidator(_as_written)]
# Every route that needs a token may answer these,
GUARDED: Final = (ProblemCode.SIGNED_OUT, ProblemCode.NOT_ALLOWED)
# and every route these.
EVERYWHERE: Final = (
    ProblemCode.BAD_REQUEST,
    ProblemCode.UNKNOWN_HOST,
    ProblemCode.TOO_LARGE,
    ProblemCode.HEADER_TOO_LARGE,
    ProblemCode.LAKE_UNREADABLE,
    ProblemCode.INTERNAL,
)
Responses = dict[int | str, dict[str, Any]]

_TEXT: Final = {"schema": {"type": "string"}}
_SENT: Final[Responses] = {
    303: {"description": "A browser that is not signed in is sent to `/login`."},
}
_KEPT: Final[Responses] = {
    304: {"description": "`If-None-Match` has the ETag of the answer, which is still right."},
}
_PAGE: Final[Responses] = {200: {"content": {"text/html": _TEXT}, "description": "The answer."}}


def problems(*codes: ProblemCode) -> Responses:
    """The problems that a route answers with that needs a token."""
    return open_answers(*codes, *GUARDED)


def open_answers(*codes: ProblemCode) -> Responses:
    """The problems that a route answers with that needs no token."""
    found: dict[int, list[ProblemCode]] = {}
    for code in (*codes, *EVERYWHERE):
        found.setdefault(code.status.value, []).append(code)
    return {status: _problem(of_status) for status, of_status in sorted(found.items())}


def kept_answers(*codes: ProblemCode, page: bool = False) -> Responses:
    """What a route answers that keeps what it makes.

    Args:
        codes: its problems, beside those that every route has.
        page: whether a browser gets a page.
    """
    return {**_KEPT, **fresh_answers(*codes, page=page)}


def fresh_answers(*codes: ProblemCode, page: bool = False) -> Responses:
    """What a route answers to a GET that makes each answer anew.

    Args:
        codes: its problems, beside those that every route has.
        page: whether a browser gets a page.
    """
    return {**(_PAGE if page else {}), **_SENT, **problems(*codes)}


def _problem(codes: list[ProblemCode]) -> dict[str, Any]:
    return {
        "description": " ".join(f"`{code}`: {code.summary}." for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            },
            "text/html": _TEXT,
        },
    }


def view_of(request: Request, site: Site) -> View:
    """Who looks at a page, and how the lake is doing."""
    bearer: Bearer = request.state.bearer
    return View(
        status=site.status(),
        may_operate=bearer.scope.covers(Scope.OPERATE),
        form_key="" if bearer.session is None else bearer.session.form_key,
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        did=request.query_params.get("did", ""),
    )
