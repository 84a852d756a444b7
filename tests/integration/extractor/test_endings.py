"""How the extractor's process ends, and the metrics that it prints then, whatever is logged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from free_ports import choose_port

from playlake.demo.extractor import extractor as extractor_loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.extractor.conftest import Extractor

    from playlake.demo.extractor import Extractor as ExtractorLoop

NAMESPACE = "synthetic"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a process: its status, its last words, its metrics, and its other lines."""

    status: int
    sentence: str
    metrics: dict[str, float]
    events: list[str]


@dataclass(frozen=True, slots=True)
class Process:
    """Runs the extractor's `main` in a process, on a lake in a folder and with a stand-in.

    A run takes place in a process that has loaded the extractor already. The watcher, which needs
    arguments, is started as its image starts it.
    """

    url: str
    lake: Path
    loop: ExtractorLoop

    def __call__(self, *arguments: str, **settings: str) -> Ended:
        own = {
            "LAKE": str(self.lake),
            "SPOTIFY_API_URL": f"{self.url}/v1/",
            "SPOTIFY_TOKEN_URL": f"{self.url}/api/token",
            "SPOTIFY_CLIENT_ID": "sandbox-client-id",
            "SPOTIFY_CLIENT_SECRET": "sandbox-client-secret",
            "SPOTIFY_REFRESH_TOKEN": "sandbox-refresh-token",
            "PLAYLISTS": "mine",
            "REQUESTS_PER_SECOND": "100",
            "TRIES": "1",
            "METRICS_NAMESPACE": NAMESPACE,
            **settings,
        }
        inherited = {n: v for n, v in os.environ.items() if not n.startswith("PLAYLAKE_")}
        environment = inherited | {f"PLAYLAKE_{name}": text for name, text in own.items()}
        run = self._start(arguments, environment) if arguments else self._run(environment)
        return _ended(*run)

    def _run(self, environment: dict[str, str]) -> tuple[int, str]:
        log = self.loop.log
        before = log.stat().st_size
        status = self.loop.run(environment)
        return status, log.read_bytes()[before:].decode()

    def _start(self, arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
        command = [sys.executable, "-m", "playlake_extractor", *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stdout + done.stderr


def _ended(status: int, written: str) -> Ended:
    lines = written.splitlines()
    objects = [json.loads(line) for line in lines if line.startswith("{")]
    embedded = [line for line in objects if "_aws" in line]
    assert len(embedded) <= 1
    return Ended(
        status,
        "".join(line for line in lines if not line.startswith("{")),
        _values(embedded[0]) if embedded else {},
        [line["event"] for line in objects if "_aws" not in line],
    )


def _values(line: dict[str, Any]) -> dict[str, float]:
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == NAMESPACE
    return {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExtractorLoop]:
    """A process that has loaded the extractor, and runs it again and again."""
    with extractor_loop(os.environ, tmp_path_factory.mktemp("logs")) as running:
        yield running


@pytest.fixture
def process(extractor: Extractor, tmp_path: Path, loop: ExtractorLoop) -> Process:
    """The process, before the first run on a lake."""
    return Process(str(extractor.control.base_url).rstrip("/"), tmp_path / "lake", loop)


@pytest.fixture
def closed() -> str:
    """A URL at which nothing listens."""
    return f"http://127.0.0.1:{choose_port()}"


@pytest.fixture
def ids(extractor: Extractor) -> str:
    """Three playlists by their ids."""
    return ",".join(list(extractor.playlists())[:3])


def test_a_name_without_an_address_rings_in_the_first_run_and_in_later_ones(
    process: Process, ids: str
) -> None:
    nowhere = {"SPOTIFY_API_URL": "http://api.playlake.invalid/v1/"}
    first = process(**nowhere)
    assert first.status == 69
    assert "the user's playlists cannot be listed now" in first.sentence
    assert first.metrics == {"RunsFinished": 0, "RunsReadTooLittle": 1}

    later = process(**nowhere, PLAYLISTS=ids)
    assert later.status == 69
    assert "0 of 3 playlists were read" in later.sentence
    assert later.metrics == {
        "RunsFinished": 0,
        "RunsReadTooLittle": 1,
        "RunsPartial": 0,
        "RunsRefused": 0,
        "PlaylistsFailedPercent": 100,
        "PlaylistsRateLimitedPercent": 0,
    }


@pytest.mark.parametrize("dead", ["SPOTIFY_API_URL", "SPOTIFY_TOKEN_URL"])
def test_an_api_or_a_token_endpoint_that_does_not_listen_rings(
    process: Process, ids: str, closed: str, dead: str
) -> None:
    ended = process(**{dead: f"{closed}/"}, PLAYLISTS=ids)
    assert ended.status == 69
    assert ended.metrics["RunsFinished"] == 0
    assert ended.metrics["RunsReadTooLittle"] == 1


def test_a_user_to_whom_every_playlist_is_forbidden_rings_although_all_are_accounted_for(
    process: Process, extractor: Extractor
) -> None:
    extractor.faults({"kind": "status", "status": 403, "path": "/v1/playlists/*", "times": None})
    ended = process()
    assert ended.status == 69
    assert "are `forbidden`, for instance because: " in ended.sentence
    assert "run_finished" in ended.events
    assert (ended.metrics["RunsFinished"], ended.metrics["RunsReadTooLittle"]) == (0, 1)


def test_no_log_level_changes_a_metric_and_without_a_namespace_there_are_none(
    process: Process,
) -> None:
    told = process(SCHEDULED_AT="2026-11-21T06:00:00Z")
    assert told.status == 0
    assert told.metrics["RunsFinished"] == 1
    silent = process(SCHEDULED_AT="2026-11-21T06:00:00Z", LOG_LEVEL="error")
    assert (silent.status, silent.events) == (0, [])
    assert silent.metrics == told.metrics
    assert process(METRICS_NAMESPACE="").metrics == {}


def test_the_watcher_measures_the_newest_finished_run_and_fails_when_it_is_too_long_ago(
    process: Process,
) -> None:
    assert process(CLOCK="2026-11-21T06:00:00Z").status == 0
    in_time = process("overdue", "--after", "36h", CLOCK="2026-11-22T06:00:00Z")
    assert (in_time.status, in_time.metrics) == (0, {"HoursSinceFinishedRun": 24})
    late = process("overdue", "--after", "36h", CLOCK="2026-11-22T19:00:00Z", LOG_LEVEL="error")
    assert (late.status, late.metrics, late.events) == (
        69,
        {"HoursSinceFinishedRun": 37},
        ["run_stopped"],
    )
    assert "no run has finished for 37 hours, and 36 are allowed" in late.sentence
