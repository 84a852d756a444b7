"""Routes of the API. They answer from the worker's status and never call AWS.

They run on the worker's event loop, so the status does not change while a route reads it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, Response, status
from pydantic import BaseModel

from playlake_transformer import __version__
from playlake_transformer.api.checks import Check
from playlake_transformer.api.documentation import add_documentation

if TYPE_CHECKING:
    from playlake_transformer.api.checks import Checks
    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.new_fields import NewField
    from playlake_transformer.status import Status


class Health(BaseModel):
    """The health of the service, with every check."""

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


class NewFieldReport(BaseModel):
    """A field that the source is not known to send; its name is the source's and not ours."""

    source: str
    path: str
    count: int
    first_run: str
    last_run: str
    sentence: str


class StatusReport(BaseModel):
    """Counts since the service started, and its latest commits, newest first.

    All of it is of this process, and gone with it. `new_fields` are the fields that the sources
    are not known to send, as samples have shown them; there are 100 at most.
    """

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
    reconciled_at: datetime | None
    objects_reannounced: int
    parts_missing: int
    new_fields: list[NewFieldReport]
    latest_loads: list[LoadSummary]


def create_app(checks: Checks) -> FastAPI:
    """Build the API over the status of a service and its checks."""
    app = _documented_app()

    @app.get("/livez", responses=_or_503(Check))
    async def livez(response: Response) -> Check:
        """Whether the process is alive: 503 tells the orchestrator to replace it."""
        return _answer(response, checks.alive())

    @app.get("/readyz", responses=_or_503(Check))
    async def readyz(response: Response) -> Check:
        """Whether the service consumes the queue: 503 before the first poll and while stopping."""
        return _answer(response, checks.ready())

    @app.get("/health", responses=_or_503(Health))
    async def health(response: Response) -> Health:
        """All checks with their details: 503 if one fails."""
        found = checks.all()
        is_ok = all(_answer(response, check).ok for check in found.values())
        return Health(status="ok" if is_ok else "failing", version=__version__, checks=found)

    @app.get("/status")
    async def report() -> StatusReport:
        """What this process has done since it started, and the new fields that it has seen."""
        return _report(checks.status, checks.clock.now())

    return app


def _documented_app() -> FastAPI:
    # FastAPI's own pages load their scripts from the internet.
    app = FastAPI(title="Playlake transformer", version=__version__, docs_url=None, redoc_url=None)
    add_documentation(app, "/docs")
    return app


def _or_503(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    failing = {"model": model, "description": "A check fails; `detail` says why."}
    return {status.HTTP_503_SERVICE_UNAVAILABLE: failing}


def _answer(response: Response, check: Check) -> Check:
    if not check.ok:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return check


def _report(worker: Status, now: datetime) -> StatusReport:
    return StatusReport(
        version=__version__,
        started_at=worker.started_at,
        uptime_seconds=(now - worker.started_at).total_seconds(),
        draining=worker.is_draining,
        polled_at=worker.polled_at,
        last_error=worker.last_error,
        messages_received=worker.received,
        messages_in_flight=worker.in_flight,
        messages_retried=worker.retried,
        objects_committed=worker.committed,
        objects_repeated=worker.repeated,
        objects_rejected=worker.rejected,
        objects_vanished=worker.vanished,
        records_ignored=worker.ignored,
        rows=dict(worker.rows),
        rows_quarantined=worker.rows_quarantined,
        runs_completed=sorted(worker.runs_completed),
        crawls=worker.crawls,
        crawled_at=worker.crawled_at,
        reconciled_at=worker.reconciled_at,
        objects_reannounced=worker.reannounced,
        parts_missing=worker.parts_missing,
        new_fields=[_new_field(one) for one in worker.new_fields],
        latest_loads=[_summary(load) for load in reversed(worker.loads)],
    )


def _new_field(new: NewField) -> NewFieldReport:
    return NewFieldReport(
        source=new.source,
        path=new.path,
        count=new.count,
        first_run=new.first_run,
        last_run=new.last_run,
        sentence=new.sentence,
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
