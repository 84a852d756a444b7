"""Counts requests per route, so that a test can tell what a run cost."""

from collections import Counter
from collections.abc import Iterable

from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class CountRequests:
    """Middleware that counts every HTTP request, as `GET /v1/playlists/{playlist_id}`."""

    def __init__(self, app: ASGIApp, counts: Counter[str]) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request and counts it, whether it is served or refused."""
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                self._counts[_route(scope)] += 1


def _route(scope: Scope) -> str:
    # Serving leaves in the scope which route it was, and under which prefix.
    served = scope.get("route")
    if isinstance(served, Route):
        path = f"{scope['root_path']}{served.path}"
    else:
        path = _unserved(scope["app"].routes, scope) or scope["path"]
    return f"{scope['method']} {path}"


def _unserved(routes: Iterable[BaseRoute], scope: Scope) -> str | None:
    for route in routes:
        match, found = route.matches(scope)
        inner = {**scope, **found}
        if match is not Match.NONE and isinstance(route, Mount):
            return _unserved(route.routes, inner)
        if match is not Match.NONE and isinstance(route, Route):
            return f"{inner['root_path']}{route.path}"
    return None
