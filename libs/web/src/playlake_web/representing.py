"""One address, two representations: HTML for a browser, JSON for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response
from fastapi.responses import HTMLResponse

from playlake_contracts.version import VERSION
from playlake_web.answers import Answer, etag
from playlake_web.pages.environment import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from playlake_web.facts.fact import Fact
    from playlake_web.pages.environment import Page
    from playlake_web.site import Site

JSON = "application/json"
HTML = "text/html; charset=utf-8"
# Whoever has signed out shall not see a page by going back; a copy is compared before it is used.
_CACHING = "private, no-cache"
_VARY = "accept, accept-encoding, cookie, authorization"


def wants_html(request: Request) -> bool:
    """Whether a request prefers HTML: browsers name it, and programs do not."""
    return "text/html" in request.headers.get("accept", "")


def answer(
    request: Request, site: Site, fact: Callable[[], Fact], page: Callable[[], Page], *more: str
) -> Response:
    """Answer a GET by what was asked for, from what is kept if the lake has not changed.

    Args:
        request: the request.
        site: what is served.
        fact: makes what a program gets.
        page: makes what a browser gets.
        more: what the page depends on besides the committed rows, the day and its address.
    """
    if wants_html(request):
        return kept(request, site, HTML, lambda: html_bytes(site, page()), *more)
    return answer_json(request, site, fact)


def answer_json(request: Request, site: Site, fact: Callable[[], Fact]) -> Response:
    """Answer a GET by JSON, whoever asks; see `answer`."""
    return kept(request, site, JSON, lambda: fact().model_dump_json().encode())


def kept(
    request: Request,
    site: Site,
    media_type: str,
    make: Callable[[], bytes],
    *more: str,
    with_query: bool = True,
) -> Response:
    """An answer with an ETag; none at all if the one that the client has is still right.

    Args:
        request: the request.
        site: what is served.
        media_type: the type of the answer.
        make: makes its bytes.
        more: what it depends on besides the committed rows, the day and its address.
        with_query: whether it depends on the query of its address.
    """
    query = request.url.query if with_query else ""
    what = _what(request, site.version(), query, media_type, *more)
    if _has(request, what):
        return _not_again(what)
    found = site.answers.get(_key(what), lambda: Answer.make(make(), media_type))
    return _sent(request, what, found)


def kept_already(request: Request, site: Site) -> Response | None:
    """What `answer` would give, at once, if it is kept for everybody who may read; else None."""
    version = site.known_version()
    if version is None:
        return None
    media_type = HTML if wants_html(request) else JSON
    what = _what(request, version, request.url.query, media_type)
    found = site.answers.peek(_key(what))
    if found is None:
        return None
    return _not_again(what) if _has(request, what) else _sent(request, what, found)


def _what(request: Request, version: str, query: str, *more: str) -> tuple[str, ...]:
    return (VERSION, version, request.url.path, query, *more)


def _key(what: tuple[str, ...]) -> str:
    return "\0".join(what)


def _has(request: Request, what: tuple[str, ...]) -> bool:
    return etag(*what) in request.headers.get("if-none-match", "")


def _not_again(what: tuple[str, ...]) -> Response:
    return Response(status_code=304, headers=_headers(what))


def _sent(request: Request, what: tuple[str, ...], found: Answer) -> Response:
    headers, body = _headers(what), found.body
    if found.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = found.compressed
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=found.media_type, headers=headers)


def _headers(what: tuple[str, ...]) -> dict[str, str]:
    return {"etag": etag(*what), "cache-control": _CACHING, "vary": _VARY}


def html_bytes(site: Site, page: Page) -> bytes:
    """A page as bytes."""
    return render(page, is_synthetic=site.is_synthetic).encode()


def html(site: Site, page: Page, status: int = 200) -> HTMLResponse:
    """A page that is not kept."""
    headers = {"cache-control": "no-store"}
    return HTMLResponse(html_bytes(site, page), status_code=status, headers=headers)
