"""Routes of the API. Nothing here waits for AWS: every answer is what the worker knows.

They run on the worker's event loop, so what they read does not change while they read it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, Response, status
from pydantic import BaseModel

from playlake_transformer import __version__

if TYPE_CHECKING:
    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status


class Check(BaseModel):
    """One thing that must hold, and why it does or does not."""

    ok: bool
    detail: str


class Health(BaseModel):
    """Whether the service is well, check by check."""

    status: Literal["ok", "failing"]
    version: str
    checks: dict[str, Check]


class LoadSummary(BaseModel):
    """A committed raw object."""

    key: str
    run_id: str
    committed_at: datetime
    raw_bytes: int
    snapshots: int
    rows: dict[str, int]
    rows_quarantined: int
    transform_seconds: float


class StatusReport(BaseModel):
    """Counts since the service started, and its latest commits, the last one first."""

    version: str
    started_at: datetime
    uptime_seconds: float
    draining: bool
    polled_at: datetime | None
    last_error: str | None
    messages_received: int
    messages_in_flight: int
    messages_retried: int
    objects_committed: int
    objects_repeated: int
    objects_rejected: int
    objects_vanished: int
    records_ignored: int
    rows: dict[str, int]
    rows_quarantined: int
    runs_completed: list[str]
    crawls: int
    crawled_at: datetime | None
    latest_loads: list[LoadSummary]


def create_app(worker_status: Status, clock: Clock, *, poll_at_least_every: timedelta) -> FastAPI:
    """Build the API over the worker's status.

    Args:
        worker_status: what the worker counts.
        clock: the time.
        poll_at_least_every: how long an idle worker may leave the queue unpolled before the
            service counts as dead.
    """
    app = FastAPI(title="Playlake transformer", version=__version__)

    def polling() -> Check:
        since = worker_status.polled_at or worker_status.started_at
        age = clock.now() - since
        if worker_status.in_flight:
            return Check(ok=True, detail=f"{worker_status.in_flight} messages are worked on")
        return Check(
            ok=age <= poll_at_least_every,
            detail=f"the queue last answered {age.total_seconds():.0f} s ago"
            if worker_status.polled_at
            else "the queue has not answered yet",
        )

    def ready() -> Check:
        if worker_status.is_draining:
            return Check(ok=False, detail="the service is stopping")
        if worker_status.polled_at is None:
            return Check(ok=False, detail="the queue has not answered yet")
        return polling()

    @app.get("/livez", responses=_or_503(Check))
    async def livez(response: Response) -> Check:
        """Whether the process should go on living: 503 tells the orchestrator to replace it."""
        return _answer(response, polling())

    @app.get("/readyz", responses=_or_503(Check))
    async def readyz(response: Response) -> Check:
        """Whether the service consumes the queue: 503 until the first poll and while stopping."""
        return _answer(response, ready())

    @app.get("/health", responses=_or_503(Health))
    async def health(response: Response) -> Health:
        """Every check with its detail; 503 when one fails."""
        checks = {"polling": polling(), "ready": ready()}
        is_ok = all(_answer(response, check).ok for check in checks.values())
        return Health(status="ok" if is_ok else "failing", version=__version__, checks=checks)

    @app.get("/status")
    async def report() -> StatusReport:
        """What the service has done since it started."""
        return _report(worker_status, clock.now())

    return app


def _or_503(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    failing = {"model": model, "description": "A check fails; its detail says why."}
    return {status.HTTP_503_SERVICE_UNAVAILABLE: failing}


def _answer(response: Response, check: Check) -> Check:
    if not check.ok:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return check


def _report(known: Status, now: datetime) -> StatusReport:
    return StatusReport(
        version=__version__,
        started_at=known.started_at,
        uptime_seconds=(now - known.started_at).total_seconds(),
        draining=known.is_draining,
        polled_at=known.polled_at,
        last_error=known.last_error,
        messages_received=known.received,
        messages_in_flight=known.in_flight,
        messages_retried=known.retried,
        objects_committed=known.committed,
        objects_repeated=known.repeated,
        objects_rejected=known.rejected,
        objects_vanished=known.vanished,
        records_ignored=known.ignored,
        rows=dict(known.rows),
        rows_quarantined=known.rows_quarantined,
        runs_completed=sorted(known.runs_completed),
        crawls=known.crawls,
        crawled_at=known.crawled_at,
        latest_loads=[_summary(load) for load in reversed(known.loads)],
    )


def _summary(load: Load) -> LoadSummary:
    return LoadSummary(
        key=load.key,
        run_id=load.run_id,
        committed_at=load.committed_at,
        raw_bytes=load.raw_bytes,
        snapshots=load.snapshots,
        rows=load.rows,
        rows_quarantined=load.rows_quarantined,
        transform_seconds=load.transform_time.total_seconds(),
    )
