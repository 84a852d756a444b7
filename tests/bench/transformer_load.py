"""Measures a transformer that serves its page: CPU time of a part with and without requests.

20 requests a second on /status and the page of a playlist are sent to the transformer that works,
and in turns to one beside it that has no work, so that the client, Athena and the processors are as
busy in both. All rounds are on one local AWS; each begins with pages that were loaded once. Then a
service without work is sent 200 requests a second. The section of bench/page.md is written anew.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx
from fleet import children
from free_ports import choose_port
from tests.bench.machine import describe
from tests.bench.page_load import HEADERS, RESULTS, THREADS, TOKEN, Server, line, load
from tests.bench.synthetic_parts import synthetic_part

from playlake.local_aws import local_aws, transformer_environment
from playlake.project import Project
from playlake.services.ports import HOST
from playlake.services.processes import service
from playlake_contracts.keys import RawKey, partition_prefix
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.page_load import Answered

    from playlake.local_aws import LocalAws

SECTION: Final = "## A transformer that serves its page\n"
FETCHED_AT: Final = datetime(2026, 11, 21, 6, tzinfo=UTC)
SNAPSHOTS, ENTRIES = 20, 50
RATE, IDLE_RATE = 20, 200
STATUS: Final = "/status"
_LOOK_SECONDS: Final = 0.5
_WINDOW_SECONDS: Final = 6
_RAN: Final = (
    f"{{}} x {{}} parts of {SNAPSHOTS} x {ENTRIES}. {RATE} requests a second on `/status` and the "
    "page of a playlist are sent to the transformer that works, and in turns of "
    f"{_WINDOW_SECONDS} seconds to one beside it that has no work:"
)


class Window(NamedTuple):
    """Some seconds of a round: who was asked, the CPU time that was used, and the parts done."""

    itself: bool
    cpu_seconds: float
    parts: int


@dataclass(slots=True)
class Turn:
    """Which server is asked now."""

    server: Server


class Bench:
    """Rounds on one local AWS."""

    def __init__(self, aws: LocalAws, home: Path, parts: int) -> None:
        self._aws, self._home, self._parts = aws, home, parts
        self._empty_queue = aws.sqs.create_queue(QueueName="bench-nothing-to-do")["QueueUrl"]

    def round(self, number: int) -> tuple[list[Window], list[Answered]]:
        """Process so many parts; return what its windows have cost, and all answers."""
        self._land(number)
        with (
            self._running() as server,
            self._running(self._empty_queue) as another,
            ThreadPoolExecutor(1) as beside,
        ):
            self._addresses(another)  # which loads its pages as well
            addresses = self._addresses(server)
            turn, done = Turn(server), Event()
            asking = beside.submit(_ask_until, turn, addresses, done)
            windows = list(self._windows(number, server, another, turn))
            done.set()
            return windows, asking.result()

    def _windows(
        self, number: int, server: Server, another: Server, turn: Turn
    ) -> Iterator[Window]:
        """Windows in turns until all parts are committed; the last one is not whole."""
        itself = number % 2 == 0
        before = _cpu_seconds(server.pid), self._committed(number)
        while before[1] < self._parts:
            turn.server = server if itself else another
            time.sleep(_WINDOW_SECONDS)
            after = _cpu_seconds(server.pid), self._committed(number)
            if after[1] < self._parts:
                yield Window(itself, after[0] - before[0], after[1] - before[1])
            itself, before = not itself, after

    def idle(self, seconds: int) -> Iterator[str]:
        """The rows about a service without work."""
        with self._running() as server:
            status, page = self._addresses(server)
            for name, address in (("/status, made anew", status), ("playlist, kept", page)):
                before = server.cpu_seconds()
                answered = load(server, (address,), IDLE_RATE, seconds, _more(address))
                yield line(f"{name}, {IDLE_RATE} a second", server, answered, before)

    def _addresses(self, server: Server) -> tuple[str, str]:
        """Two pages, each loaded once."""
        asked = httpx.Client(
            base_url=f"http://{HOST}:{server.port}",
            headers={**HEADERS, "accept": "application/json"},
            timeout=120,
        )
        with asked as api:
            found = api.get("/playlists").raise_for_status().json()["playlists"]
            pages = STATUS, f"/playlists/{found[0]['playlist_id']}"
            for each in pages:
                api.get(each, headers={"accept": "text/html"}).raise_for_status()
        return pages

    @contextmanager
    def _running(self, queue_url: str | None = None) -> Iterator[Server]:
        port = choose_port()
        environment = transformer_environment(
            os.environ, self._aws, http_port=port, crawler_quiet=timedelta(hours=1)
        )
        own = {
            "PLAYLAKE_TRANSFORM_PROCESSES": "1",
            "PLAYLAKE_TOKENS": f"read:{TOKEN}",
            "PLAYLAKE_QUEUE_URL": queue_url or self._aws.queue_url,
        }
        ready = f"http://{HOST}:{port}/readyz"
        with service("transformer", environment | own, ready, logs=self._home) as process:
            yield Server(port, process.pid)

    def prepare(self) -> None:
        """Commit a part, so that there is a playlist."""
        with self._running():
            self._land(0, parts=1)
            while not self._committed(0):
                time.sleep(_LOOK_SECONDS)

    def _land(self, number: int, parts: int | None = None) -> None:
        bucket = self._aws.resources.raw_bucket
        for part in range(parts or self._parts):
            key = RawKey.of_part("spotify", _run_id(number), part)
            first = part * SNAPSHOTS  # a run has each playlist once
            made = synthetic_part(key, FETCHED_AT, "items", SNAPSHOTS, ENTRIES, first)
            raw = b"".join(made)
            self._aws.s3.put_object(Bucket=bucket, Key=str(key), Body=raw)

    def _committed(self, number: int) -> int:
        run_id = _run_id(number)
        pages = self._aws.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._aws.resources.curated_bucket,
            Prefix=f"{partition_prefix('loads', run_id.snapshot_date)}spotify.{run_id}.",
        )
        return sum(page["KeyCount"] for page in pages)


def _run_id(number: int) -> RunId:
    return RunId(FETCHED_AT + timedelta(minutes=number), "synthe")


def _ask_until(turn: Turn, addresses: Sequence[str], done: Event) -> list[Answered]:
    """Send requests at a rate until all parts are committed."""
    began = time.perf_counter()
    sent: list[Future[Answered]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        while not done.wait(max(0.0, began + len(sent) / RATE - time.perf_counter())):
            address = addresses[len(sent) % len(addresses)]
            sent.append(pool.submit(turn.server.ask, address, _more(address)))
        return [each.result() for each in sent]


def _more(address: str) -> dict[str, str]:
    """The headers of a request: a program asks for the status, a browser for a page."""
    return {"accept": "application/json"} if address == STATUS else {}


def _cpu_seconds(pid: int) -> float:
    """What a service and its processes have used so far."""
    return sum(Server(0, each).cpu_seconds() for each in (pid, *children(pid)))


def _cpu_ms(windows: Sequence[Window], *, itself: bool) -> float:
    """The CPU time of a part in milliseconds."""
    meant = [each for each in windows if each.itself is itself]
    return sum(each.cpu_seconds for each in meant) / sum(each.parts for each in meant) * 1_000


def section(
    rounds: Sequence[tuple[Sequence[Window], Sequence[Answered]]], idle: Sequence[str], parts: int
) -> str:
    """The section of the results."""
    windows = [each for of_round, _ in rounds for each in of_round]
    without, loaded = (_cpu_ms(windows, itself=itself) for itself in (False, True))
    ratio = loaded / without
    answered = [each for _, of_round in rounds for each in of_round]
    failed = sum(each.status != 200 for each in answered)
    return "\n".join(
        (
            SECTION,
            f"{describe()}. The service, the client and the local AWS share the processors.",
            "",
            _RAN.format(len(rounds), parts),
            "",
            "| CPU ms a part, others asked | itself asked | itself / others | requests | failed |",
            "|---|---|---|---|---|",
            f"| {without:.1f} | {loaded:.1f} | {ratio:.3f} | {len(answered)} | {failed} |",
            "",
            "A service without work:",
            "",
            "| requests | number | failed | CPU ms each | median ms | 99 % ms | bytes each |",
            "|---|---|---|---|---|---|---|",
            *idle,
            "",
        )
    )


def main() -> None:
    """Measure, and write the section."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parts", type=int, default=500, help="parts of a round")
    options.add_argument("--rounds", type=int, default=3, help="rounds")
    options.add_argument("--seconds", type=int, default=60, help="of each load without work")
    given = options.parse_args()
    with TemporaryDirectory() as home:
        project = replace(Project.find(os.environ), home=Path(home))
        with local_aws(project, port=choose_port()) as aws:
            bench = Bench(aws, Path(home), given.parts)
            bench.prepare()
            rounds = [bench.round(1 + number) for number in range(given.rounds)]
            idle = list(bench.idle(given.seconds))
    text = section(rounds, idle, given.parts)
    print(text)
    kept = RESULTS.read_text("utf-8").partition(SECTION)[0].rstrip("\n")
    RESULTS.write_text(f"{kept}\n\n{text}", "utf-8")


if __name__ == "__main__":
    main()
