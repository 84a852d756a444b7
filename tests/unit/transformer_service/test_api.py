"""The API reports the worker's status: health checks for machines, counts for people."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from landed import bad_entry, entry, manifest, manifest_key, part, part_key
from twins.transformer import Faults, World
from virtual_time import MORNING, LoopClock, passing

from playlake_contracts.runs import RunId
from playlake_transformer import __version__
from playlake_transformer.api.app import create_app
from playlake_transformer.api.checks import Checks, Patience
from playlake_transformer.domain.commit_mark import Load
from playlake_transformer.new_fields import MOST_NEW_FIELDS
from playlake_transformer.status import Status

if TYPE_CHECKING:
    from collections.abc import MutableMapping

PATIENCE = Patience(poll=timedelta(seconds=100), work=timedelta(seconds=60))
ROUTES = ("/livez", "/readyz", "/health", "/status")


class Api:
    """The API over a status, called without a network."""

    def __init__(self, status: Status, transforming_for: timedelta = timedelta(0)) -> None:
        checks = Checks(status, LoopClock(), PATIENCE, lambda: transforming_for)
        self._app = create_app(checks)

    async def get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://synthetic") as client:
            return await client.get(path)

    async def codes(self) -> dict[str, int]:
        return {path: (await self.get(path)).status_code for path in ROUTES}


@pytest.fixture
async def worker_status() -> Status:
    """The status of a worker that has just started."""
    return Status(started_at=LoopClock().now())


async def test_a_service_that_has_just_started_is_alive_but_not_ready(
    worker_status: Status,
) -> None:
    api = Api(worker_status)
    assert await api.codes() == {"/livez": 200, "/readyz": 503, "/health": 503, "/status": 200}
    assert (await api.get("/readyz")).json() == {
        "ok": False,
        "detail": "the queue has not answered yet",
    }


async def test_a_service_with_an_empty_queue_is_ready_at_once(world: World) -> None:
    async with world.transformer() as life:
        await passing(seconds=0.1)
        assert (await Api(life.status).get("/readyz")).status_code == 200
        await passing(seconds=60)
        # The first poll returns at once, and the next ones are long polls.
        assert life.faults.calls == ["receive"] * 5


async def test_a_service_that_polls_is_healthy(worker_status: Status) -> None:
    worker_status.polled_at = LoopClock().now()
    await passing(seconds=99)
    api = Api(worker_status)
    assert set((await api.codes()).values()) == {200}
    assert (await api.get("/livez")).json()["detail"] == "the queue last answered 99 s ago"


async def test_a_service_that_is_too_busy_to_poll_is_alive(worker_status: Status) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.in_flight = 10
    await passing(seconds=1_000)
    worker_status.progressed_at = LoopClock().now()
    await passing(seconds=60)
    api = Api(worker_status)
    assert set((await api.codes()).values()) == {200}
    detail = "10 messages are being processed; the queue answered or one was done 60 s ago"
    assert (await api.get("/livez")).json()["detail"] == detail


async def test_a_service_that_ends_nothing_is_not_alive_though_it_is_busy(
    worker_status: Status,
) -> None:
    worker_status.polled_at = worker_status.progressed_at = LoopClock().now()
    worker_status.in_flight = 1
    await passing(seconds=61)
    assert (await Api(worker_status).codes())["/livez"] == 503


async def test_a_part_that_takes_too_long_makes_the_service_unhealthy(
    worker_status: Status,
) -> None:
    worker_status.polled_at = worker_status.progressed_at = LoopClock().now()
    assert (await Api(worker_status, timedelta(seconds=60)).get("/livez")).status_code == 200
    api = Api(worker_status, timedelta(seconds=61))
    assert (await api.codes())["/livez"] == 503
    assert (await api.get("/livez")).json() == {
        "ok": False,
        "detail": "a part is being transformed for 61 s",
    }


async def test_heartbeats_and_the_event_loop_have_checks_of_their_own(
    worker_status: Status,
) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.heartbeats_failed = 3
    worker_status.loop_delay_seconds = 5.1
    api = Api(worker_status)
    checks = (await api.get("/health")).json()["checks"]
    assert {name for name, check in checks.items() if not check["ok"]} == {
        "heartbeats",
        "event_loop",
    }
    assert (await api.get("/livez")).status_code == 200


async def test_a_service_that_is_stopping_is_alive_but_not_ready(worker_status: Status) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.is_draining = True
    api = Api(worker_status)
    assert await api.codes() == {"/livez": 200, "/readyz": 503, "/health": 503, "/status": 200}
    assert (await api.get("/readyz")).json()["detail"] == "the service is stopping"
    assert (await api.get("/status")).json()["draining"] is True


@pytest.mark.parametrize("has_polled", [False, True])
async def test_a_service_whose_queue_does_not_answer_is_unhealthy(
    worker_status: Status, *, has_polled: bool
) -> None:
    worker_status.polled_at = LoopClock().now() if has_polled else None
    await passing(seconds=101)
    assert await Api(worker_status).codes() == {
        "/livez": 503,
        "/readyz": 503,
        "/health": 503,
        "/status": 200,
    }


async def test_health_shows_every_check_with_its_detail(worker_status: Status) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.is_draining = True
    assert (await Api(worker_status).get("/health")).json() == {
        "status": "failing",
        "version": __version__,
        "checks": {
            "polling": {"ok": True, "detail": "the queue last answered 0 s ago"},
            "transforming": {"ok": True, "detail": "no part is being transformed"},
            "ready": {"ok": False, "detail": "the service is stopping"},
            "aws": {"ok": True, "detail": "AWS answers"},
            "heartbeats": {"ok": True, "detail": "0 heartbeats failed since the last success"},
            "event_loop": {
                "ok": True,
                "detail": "the event loop was up to 0.0 s late in the last minute",
            },
        },
    }


async def test_health_tells_since_when_aws_fails_and_the_process_stays_alive(
    worker_status: Status,
) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.aws_failing_since = LoopClock().now()
    api = Api(worker_status)
    answer = await api.get("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["aws"] == {
        "ok": False,
        "detail": "AWS fails since 2026-11-21T06:00Z",
    }
    assert (await api.get("/livez")).status_code == 200


async def test_status_equals_what_the_worker_counted(world: World) -> None:
    status, report = await _report_of_a_busy_minute(world)
    expected = {
        "messages_received": status.received,
        "messages_in_flight": 0,
        "messages_retried": 1,
        "objects_committed": 3,
        "objects_repeated": 1,
        "objects_rejected": 1,
        "objects_vanished": 1,
        "records_ignored": 0,
        "rows": dict(status.rows),
        "rows_quarantined": 1,
        "runs_completed": [str(part_key().run_id)],
        "version": __version__,
        "started_at": "2026-11-21T06:00:00Z",
        "uptime_seconds": 120.0,
        "draining": False,
        "polled_at": "2026-11-21T06:01:40Z",
        "last_error": status.last_error,
        "crawls": 0,
        "crawled_at": None,
        "reconciled_at": None,
        "objects_reannounced": 0,
        "parts_missing": 0,
        "new_fields": [],
    }
    assert report.items() >= expected.items()
    assert set(report) == {*expected, "latest_loads"}


async def _report_of_a_busy_minute(world: World) -> tuple[Status, dict[str, Any]]:
    """Commit two parts and a manifest, one twice and one at the second attempt; reject one."""
    first, second, gone = (part_key(number) for number in range(3))
    faults = Faults()
    faults.fail("get")
    faults.fail("release")
    world.land(first, body := part(first, [entry(1), bad_entry()]))
    world.land(second, part(second, [entry(2)]))
    world.queue.send(world.queue.bodies[1])
    world.land(gone, body)
    world.raw.delete(gone)
    world.land(manifest_key(), manifest("synthetic", (first, body, 1)))
    world.queue.send("synthetic junk")
    async with world.transformer(faults=faults) as life:
        await passing(minutes=2)
        report = (await Api(life.status).get("/status")).json()
    return life.status, report


async def test_status_lists_the_latest_commits_newest_first(worker_status: Status) -> None:
    loads = [_load(number) for number in range(60)]
    for load in loads:
        worker_status.note(load)
    latest = (await Api(worker_status).get("/status")).json()["latest_loads"]
    assert [load["key"] for load in latest] == [load.key for load in reversed(loads[10:])]
    assert latest[0] == {
        "key": str(part_key(59)),
        "run_id": str(part_key().run_id),
        "committed_at": "2026-11-21T06:00:00Z",
        "raw_bytes": 59,
        "snapshots": 1,
        "rows": {"playlists": 1, "tracks": 2},
        "rows_quarantined": 3,
        "transform_seconds": 0.25,
    }


async def test_status_lists_new_fields_with_their_first_and_last_run(
    worker_status: Status, logs: list[MutableMapping[str, Any]]
) -> None:
    later, earlier = (
        RunId.derive("spotify", datetime(2026, 11, day, 6, tzinfo=UTC), "synthetic")
        for day in (22, 21)
    )
    for run_id, unknown in ((later, {"playlist.new": 2}), (earlier, {"playlist.new": 1, "b": 1})):
        worker_status.note(replace(_load(0), run_id=str(run_id), unknown_fields=unknown))
    worker_status.note(replace(_load(1), is_new=False, unknown_fields={"playlist.new": 1}))
    first, second = (await Api(worker_status).get("/status")).json()["new_fields"]
    assert first == {
        "source": "spotify",
        "path": "playlist.new",
        "count": 3,
        "first_run": str(earlier),
        "last_run": str(later),
        "sentence": "Spotify sends a new field: the raw objects keep it, but no table has it",
    }
    assert second["path"] == "b"
    lines = [log for log in logs if log["event"] == "unknown_field"]
    assert [(line["path"], line["log_level"]) for line in lines] == [
        ("playlist.new", "warning"),
        ("b", "warning"),
    ]
    assert lines[0]["object_key"] == _load(0).key


async def test_the_number_of_new_fields_is_bounded(
    worker_status: Status, logs: list[MutableMapping[str, Any]]
) -> None:
    for start in range(0, 1_000, 20):
        unknown = {f"playlist.new{n}": 1 for n in range(start, start + 20)}
        worker_status.note(replace(_load(0), unknown_fields=unknown))
    listed = (await Api(worker_status).get("/status")).json()["new_fields"]
    assert len(listed) == len(logs) == MOST_NEW_FIELDS
    worker_status.note(replace(_load(0), unknown_fields={"playlist.new0": 5}))
    assert next(iter(worker_status.new_fields)).count == 6


async def test_a_committed_object_brings_its_new_fields(world: World) -> None:
    world.land(part_key(), part(part_key(), [entry(1, lyrics="la")]))
    async with world.transformer() as life:
        await passing(minutes=1)
    [new] = life.status.new_fields
    assert (new.path, new.count) == ("playlist.items.items[].item.lyrics", 1)


def _load(number: int) -> Load:
    key = part_key(number)
    return Load(
        key=str(key),
        run_id=str(key.run_id),
        is_manifest=False,
        is_new=True,
        raw_bytes=number,
        snapshots=1,
        rows={"playlists": 1, "tracks": 2},
        rows_quarantined=3,
        alarming={},
        unknown_fields={},
        transform_time=timedelta(seconds=0.25),
        committed_at=MORNING,
    )


async def test_routes_run_on_the_thread_of_the_worker(worker_status: Status) -> None:
    class Loads(deque[Any]):
        """A deque that records the threads that read it."""

        def __reversed__(self) -> Any:  # noqa: ANN401  as deque's
            readers.append(threading.current_thread())
            return super().__reversed__()

    readers: list[threading.Thread] = []
    worker_status.loads = Loads()
    assert (await Api(worker_status).get("/status")).status_code == 200
    assert readers == [threading.main_thread()]


async def test_every_route_is_described(worker_status: Status) -> None:
    described = (await Api(worker_status).get("/openapi.json")).json()["paths"]
    assert set(described) == set(ROUTES)
    for path, methods in described.items():
        assert methods.keys() == {"get"}, path
        assert methods["get"]["description"], path
        assert methods["get"]["responses"].keys() >= {"200"}, path


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health"])
async def test_a_route_that_may_answer_503_documents_it(worker_status: Status, path: str) -> None:
    described = (await Api(worker_status).get("/openapi.json")).json()["paths"]
    assert "503" in described[path]["get"]["responses"]
