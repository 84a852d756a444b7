"""The application: routes, who may use them, and what is answered when something is wrong."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from playlake_contracts.version import VERSION
from playlake_lake.errors import LakeError
from playlake_web.access.links import Links
from playlake_web.answers import GZIP_BYTES
from playlake_web.describing import describe
from playlake_web.documentation import add_documentation
from playlake_web.frame import Frame
from playlake_web.guarding import Guard
from playlake_web.pages.overview import overview
from playlake_web.pages.status import standing_still, status_page
from playlake_web.problem_answers import answer_problem
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import HTML, html, html_bytes, kept
from playlake_web.routes.artists import artist_routes
from playlake_web.routes.common import view_of
from playlake_web.routes.feeds import feed_routes
from playlake_web.routes.files import file_routes
from playlake_web.routes.health import health_routes
from playlake_web.routes.metrics import metric_routes
from playlake_web.routes.operations import operation_routes
from playlake_web.routes.playlists import playlist_routes
from playlake_web.routes.quality import quality_routes
from playlake_web.routes.runs import run_routes
from playlake_web.routes.sign_in import sign_in_routes
from playlake_web.routes.songs import song_routes
from playlake_web.site import Site

_log: Final = logging.getLogger(__name__)
DOCUMENTATION: Final = "/docs"


def create_app(site: Site, links: Links) -> FastAPI:
    """The application that serves a site.

    Args:
        site: what is served.
        links: the links that sign a browser in once.
    """
    app = FastAPI(
        title="Playlake",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    add_site(app, site, links)
    describe(app)
    if site.has_documentation:
        add_documentation(app, DOCUMENTATION)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_BYTES)
    app.add_middleware(Frame, hosts=site.hosts, is_secure=site.is_secure)
    return app


def documented_app() -> FastAPI:
    """The application over no lake, to describe its routes."""

    def nothing() -> Any:  # noqa: ANN401
        raise RuntimeError("this application only documents its routes")

    site = Site(
        reader=nothing,  # type: ignore[arg-type]
        is_synthetic=False,
        pipeline=nothing,  # type: ignore[arg-type]
        tokens=None,
        hosts=(),
        is_secure=False,
        clock=nothing,
    )
    return create_app(site, Links())


def add_site(app: FastAPI, site: Site, links: Links) -> None:
    """Add the routes of a site, and what guards them, to an application."""
    for router in (
        run_routes(site),
        playlist_routes(site),
        song_routes(site),
        artist_routes(site),
        quality_routes(site),
        feed_routes(site),
        health_routes(site),
        metric_routes(site),
        operation_routes(site),
        file_routes(site),
        sign_in_routes(site, links),
    ):
        app.include_router(router)
    _add_overview(app, site)
    app.add_middleware(Guard, site=site)
    _add_problems(app, site)


def _add_overview(app: FastAPI, site: Site) -> None:
    @app.get("/", include_in_schema=False)
    def show_overview(request: Request) -> Response:
        view = view_of(request, site)
        if standing_still(view.status) is not None:
            return html(site, status_page(view, here="/"))

        def make() -> bytes:
            return html_bytes(site, overview(site.reader, view, site.today))

        return kept(request, site, HTML, make, view.key)


def _add_problems(app: FastAPI, site: Site) -> None:
    @app.exception_handler(ProblemError)
    async def of_problem(request: Request, error: ProblemError) -> Response:
        return answer_problem(request, site, error)

    @app.exception_handler(LakeError)
    async def of_lake(request: Request, error: LakeError) -> Response:
        _log.warning("the lake cannot be read: %s", error)
        return answer_problem(
            request,
            site,
            ProblemError(
                ProblemCode.LAKE_UNREADABLE,
                "the lake did not answer: try again, and look at the health of the pipeline",
            ),
        )

    @app.exception_handler(RequestValidationError)
    async def of_values(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"][1:]) or "the request"
        return answer_problem(
            request, site, ProblemError(ProblemCode.BAD_REQUEST, f"{where}: {first['msg']}")
        )

    @app.exception_handler(HTTPException)
    async def of_status(request: Request, error: HTTPException) -> Response:
        headers = error.headers or {}
        response = answer_problem(
            request, site, _of_routing(error.status_code, headers.get("Allow", ""))
        )
        response.headers.update(headers)
        return response


def _of_routing(status: int, allowed: str) -> ProblemError:
    match status:
        case HTTPStatus.NOT_FOUND:
            return ProblemError(ProblemCode.NOT_FOUND, "nothing is at this address: begin at /")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return ProblemError(
                ProblemCode.METHOD_NOT_ALLOWED, f"send {allowed} to this address, and nothing else"
            )
        case _:
            return ProblemError(ProblemCode.BAD_REQUEST, HTTPStatus(status).phrase)
