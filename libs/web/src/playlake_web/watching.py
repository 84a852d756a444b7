"""What whoever starts a process is answered: whether it gets on, and whether it takes work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from starlette.responses import Response

from playlake_web.facts.pipeline import Alive

if TYPE_CHECKING:
    from playlake_web.facts.process import Watchdog

NOT_KEPT: Final = {"cache-control": "no-store"}
NOT_WELL: Final = 503
ALIVE: Final = "/livez"
READY: Final = "/readyz"


def watched(state: Literal["alive", "ready"], watchdog: Watchdog | None = None) -> Response:
    """The answer about a process: 503 if a watchdog says that something is wrong.

    Args:
        state: what it is if all is well.
        watchdog: what says so; None if nothing was asked.
    """
    is_well = watchdog is None or watchdog.ok
    found = Alive(
        state=state if is_well else "failing", detail="" if watchdog is None else watchdog.detail
    )
    return Response(
        found.model_dump_json(),
        status_code=200 if is_well else NOT_WELL,
        media_type="application/json",
        headers=NOT_KEPT,
    )
