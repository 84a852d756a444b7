"""The route about quality."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from playlake_web.facts.quality import Quality, quality
from playlake_web.pages.quality import quality_page
from playlake_web.representing import answer
from playlake_web.routes.common import kept_answers

if TYPE_CHECKING:
    from playlake_web.site import Site


def quality_routes(site: Site) -> APIRouter:
    """The route about quality."""
    router = APIRouter(tags=["quality"])

    @router.get("/quality", response_model=Quality, responses=kept_answers(page=True))
    def show_quality(
        request: Request,
        days: Annotated[int, Query(ge=1, le=3_660, description="The last N days, in UTC.")] = 30,
    ) -> Response:
        """The quality rules that rows broke, and what was set aside."""
        since = site.today - timedelta(days=days - 1)
        return answer(
            request,
            site,
            lambda: quality(site.reader, since),
            lambda: quality_page(site.reader, since, site.today),
        )

    return router
