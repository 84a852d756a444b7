"""The sandbox's application: Spotify's accounts service and Web API, other sources, and control.

Counting and faults are middleware. Counting is outermost, so that a request is also counted if a
fault answers it.
"""

from collections import Counter
from collections.abc import Iterable

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from playlake_sandbox.accounts.authorize import add_authorize
from playlake_sandbox.accounts.token_endpoint import create_token_endpoint
from playlake_sandbox.control import router
from playlake_sandbox.covers import create_image_host
from playlake_sandbox.documentation import add_documentation
from playlake_sandbox.faults.middleware import InjectFaults
from playlake_sandbox.settings import Settings
from playlake_sandbox.sources import ROOMS
from playlake_sandbox.state import Sandbox
from playlake_sandbox.web_api.routes import create_web_api


def create_app(settings: Settings) -> FastAPI:
    """Returns the application; its OpenAPI description has the control routes only."""
    sandbox = Sandbox.begin(settings)
    app = FastAPI(
        title="Playlake sandbox",
        description="Control routes of a deterministic stand-in for Spotify and other sources.",
        openapi_url="/sandbox/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.sandbox = sandbox
    app.include_router(router)
    add_documentation(app, "/sandbox/docs")
    add_authorize(app)
    app.mount("/api", create_token_endpoint(sandbox))
    app.mount("/v1", create_web_api(sandbox))
    app.mount("/image", create_image_host(sandbox))
    for room in ROOMS:
        app.mount(room.prefix, room.create(sandbox))
    app.add_middleware(
        InjectFaults, sandbox=sandbox, refusals={f"{room.prefix}/": room.refuse for room in ROOMS}
    )
    app.add_middleware(CountRequests, counts=sandbox.requests)
    return app


class CountRequests:
    """Middleware that counts HTTP requests by route, as `GET /v1/playlists/{playlist_id}`."""

    def __init__(self, app: ASGIApp, counts: Counter[str]) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request and counts it, even if it is refused."""
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                self._counts[_route(scope)] += 1


def _route(scope: Scope) -> str:
    # After a request is served, its scope holds the route and the prefix of the route.
    served = scope.get("route")
    if isinstance(served, Route):
        path = f"{scope['root_path']}{served.path}"
    else:
        path = _matching_path(scope["app"].routes, scope) or scope["path"]
    return f"{scope['method']} {path}"


def _matching_path(routes: Iterable[BaseRoute], scope: Scope) -> str | None:
    # For a request that a fault answered: the path of the route that would have served it.
    for route in routes:
        match, child = route.matches(scope)
        inner = {**scope, **child}
        if match is not Match.NONE and isinstance(route, Mount):
            return _matching_path(route.routes, inner)
        if match is not Match.NONE and isinstance(route, Route):
            return f"{inner['root_path']}{route.path}"
    return None
