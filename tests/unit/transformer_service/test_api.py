"""The process that serves the API says how it is: checks for machines, counts for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from landed import bad_entry, entry, manifest, manifest_key, part, part_key
from twins.transformer import Faults, World
from virtual_time import MORNING, LoopClock, passing
from web_lakes import StubPipeline

from playlake_contracts.runs import RunId
from playlake_transformer.api.checks import Checks, Patience
from playlake_transformer.api.process import OwnProcess
from playlake_transformer.domain.commit_mark import Load
from playlake_transformer.new_fields import MOST_NEW_FIELDS
from playlake_transformer.status import Status
from playlake_web.access.links import Links
from playlake_web.app import create_app
from playlake_web.facts.pipeline import Status as WebStatus
from playlake_web.pages.viewing import View
from playlake_web.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

PATIENCE = Patience(poll=timedelta(seconds=100), work=timedelta(seconds=60))
ROUTES = ("/livez", "/readyz", "/health", "/status")


class Reader:
    """A lake in which nothing is committed."""

    records = None

    def rows(self, *_: object, **__: object) -> list[tuple[Any, ...]]:
        return []

    def version(self) -> str:
        return "synthetic"

    def last_commit_at(self) -> None:
        return None


class Api:
    """The API over a status, called without a network."""

    def __init__(self, status: Status, transforming_for: timedelta = timedelta(0)) -> None:
        clock = LoopClock()
        checks = Checks(status, clock, PATIENCE, lambda: transforming_for)
        site = Site(
            reader=Reader(),  # type: ignore[arg-type]
            is_synthetic=True,
            pipeline=StubPipeline(),
            tokens=None,
            hosts=("synthetic",),
            is_secure=False,
            clock=clock.now,
            process=OwnProcess(checks),
        )
        self._app = create_app(site, Links())

    async def get(self, path: str, **headers: str) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://synthetic") as client:
            return await client.get(path, headers=headers)

    async def codes(self) -> dict[str, int]:
        return {path: (await self.get(path)).status_code for path in ROUTES}

    async def process(self) -> dict[str, Any]:
        """What `/status` says of the process."""
        found: dict[str, Any] = (await self.get("/status")).json()["process"]
        return found

    async def watchdogs(self) -> dict[str, tuple[str, str]]:
        """The state and detail of each watchdog of the process, as `/health` has them."""
        lines = (await self.get("/health")).json()["lines"]
        own = "This transformer: "
        return {
            line["name"].removeprefix(own): (line["state"], line["detail"])
            for line in lines
            if line["name"].startswith(own)
        }


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call what routes do in threads at once: the clock of these tests waits for no thread."""

    async def at_once(call: Callable[..., Any], *args: Any, **named: Any) -> Any:  # noqa: ANN401
        return call(*args, **named)

    monkeypatch.setattr("fastapi.routing.run_in_threadpool", at_once)


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
        "state": "failing",
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
        "state": "failing",
        "detail": "a part is being transformed for 61 s",
    }


async def test_heartbeats_and_the_event_loop_have_checks_of_their_own(
    worker_status: Status,
) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.heartbeats_failed = 3
    worker_status.loop_delay_seconds = 5.1
    api = Api(worker_status)
    found = await api.watchdogs()
    assert {name for name, (state, _) in found.items() if state == "bad"} == {
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
    assert (await api.process())["draining"] is True


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
    assert await Api(worker_status).watchdogs() == {
        "polling": ("well", "the queue last answered 0 s ago"),
        "transforming": ("well", "no part is being transformed"),
        "ready": ("bad", "the service is stopping"),
        "aws": ("well", "AWS answers"),
        "heartbeats": ("well", "0 heartbeats failed since the last success"),
        "event_loop": ("well", "the event loop was up to 0.0 s late in the last minute"),
    }


async def test_health_tells_since_when_aws_fails_and_the_process_stays_alive(
    worker_status: Status,
) -> None:
    worker_status.polled_at = LoopClock().now()
    worker_status.aws_failing_since = LoopClock().now()
    api = Api(worker_status)
    assert (await api.get("/health")).status_code == 503
    assert (await api.watchdogs())["aws"] == ("bad", "AWS fails since 2026-11-21T06:00Z")
    assert (await api.get("/livez")).status_code == 200
    found = (await api.get("/status")).json()
    assert found["breaker"] == "open since 2026-11-21T06:00:00Z"
    assert "breaker" not in found["unknown"]
    page = (await api.get("/status", accept="text/html")).text
    assert "This transformer: aws" in page
    assert "open since" in page


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
        "started_at": "2026-11-21T06:00:00Z",
        "uptime_seconds": 110.0,
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
    assert {name: report[name] for name in expected} == expected
    others = {"breaker", "watchdogs", "objects_per_minute", "latest_loads"}
    assert set(report) == {*expected, *others}


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
        await passing(seconds=110)
        report = await Api(life.status).process()
    return life.status, report


async def test_status_lists_the_latest_commits_newest_first(worker_status: Status) -> None:
    loads = [_load(number) for number in range(60)]
    for load in loads:
        worker_status.note(load)
    latest = (await Api(worker_status).process())["latest_loads"]
    assert [load["part"] for load in latest] == [f"part-{n:04}" for n in range(59, 9, -1)]
    assert latest[0] == {
        "part": "part-0059",
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
    first, second = (await Api(worker_status).process())["new_fields"]
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
    listed = (await Api(worker_status).process())["new_fields"]
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


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_the_checks_of_the_orchestrator_wait_for_no_thread(
    worker_status: Status, path: str
) -> None:
    limiter = anyio.to_thread.current_default_thread_limiter()
    async with anyio.create_task_group() as busy:
        for _ in range(int(limiter.total_tokens)):
            busy.start_soon(limiter.acquire_on_behalf_of, object())
        await anyio.lowlevel.checkpoint()
        with anyio.fail_after(10):
            assert (await Api(worker_status).get(path)).status_code in {200, 503}


async def test_prometheus_reads_what_this_process_has_counted(worker_status: Status) -> None:
    worker_status.note(_load(0))
    response = await Api(worker_status).get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.splitlines()
    assert "playlake_parts_committed_total 1.0" in lines
    assert "# TYPE playlake_event_to_row_seconds histogram" in lines
    # Another process has counters of its own.
    assert (
        "playlake_parts_committed_total 0.0"
        in (await Api(Status(started_at=MORNING)).get("/metrics")).text.splitlines()
    )


async def test_commits_in_a_minute_are_those_of_the_last_one(worker_status: Status) -> None:
    for number in range(4):
        worker_status.note(_load(number))
    assert (await Api(worker_status).process())["objects_per_minute"] == 4
    await passing(seconds=61)
    assert (await Api(worker_status).process())["objects_per_minute"] == 0
    for number in range(60):
        worker_status.note(replace(_load(number), committed_at=LoopClock().now()))
    await passing(seconds=15)
    assert (await Api(worker_status).process())["objects_per_minute"] == 200


async def test_an_error_of_aws_is_shown_without_its_addresses(worker_status: Status) -> None:
    worker_status.last_error = "GET https://sqs.eu/123456789012/q of arn:aws:sqs:eu:1:q failed"
    shown = (await Api(worker_status).process())["last_error"]
    assert shown == "GET the lake of a resource of AWS failed"


async def test_counts_of_the_process_leave_a_kept_page_as_it_is(worker_status: Status) -> None:
    worker_status.polled_at = LoopClock().now()
    view = View(
        status=await _status(worker_status), may_operate=True, form_key="", address="/", did=""
    )
    worker_status.committed += 1
    later = replace(view, status=await _status(worker_status))
    assert later.key == view.key
    worker_status.heartbeats_failed = 3
    assert replace(view, status=await _status(worker_status)).key != view.key


async def _status(worker: Status) -> WebStatus:
    body = (await Api(worker).get("/status")).text
    return WebStatus.model_validate_json(body)
