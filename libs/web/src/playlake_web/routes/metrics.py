"""The route that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Response

from playlake_web.exposition import MEDIA_TYPE, exposition
from playlake_web.lake_metrics import LakeMetrics
from playlake_web.routes.common import Responses, fresh_answers

if TYPE_CHECKING:
    from playlake_web.site import Site

_TEXT: Final[Responses] = {
    200: {
        "content": {"text/plain": {"schema": {"type": "string"}}},
        "description": "Prometheus's text format 0.0.4.",
    }
}


def metric_routes(site: Site) -> APIRouter:
    """The route of metrics."""
    router = APIRouter(tags=["operations"])
    of_lake = LakeMetrics(site)

    @router.get("/metrics", response_class=Response, responses={**fresh_answers(), **_TEXT})
    def show_metrics() -> Response:
        """Metrics for Prometheus: of the lake, and of the process that answers.

        Metrics of the lake are the same from every process. The others say in their help that they
        are of a process, so each process has to be read by itself. What is not known is absent.
        """
        own = () if site.process is None else site.process.samples()
        body = exposition([*of_lake.samples(), *own])
        return Response(body, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})

    return router
