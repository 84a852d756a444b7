"""Measures the page under load: failures, CPU time and bytes of a request, into bench/page.md.

`playlake up` serves a lake in a process of its own, and requests are sent at a fixed rate whether
or not the ones before were answered. Without --lake it is a small lake of two weeks.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from free_ports import choose_port
from tests.bench.machine import describe
from web_lakes import two_weeks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHECKOUT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = CHECKOUT / "bench" / "page.md"
TOKEN: Final = secrets.token_urlsafe(32)
HEADERS: Final = {
    "authorization": f"Bearer {TOKEN}",
    "accept": "text/html",
    "accept-encoding": "gzip",
}
THREADS: Final = 16
_TICK: Final = os.sysconf("SC_CLK_TCK")
_connections = threading.local()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: its status, its bytes, its ETag, and the seconds until it was read."""

    status: int
    size: int
    etag: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """The command that serves a lake."""

    port: int
    pid: int

    def ask(self, address: str, more: Mapping[str, str]) -> Answered:
        """Send a request on the connection of this thread.

        As browsers do, send it on a new one if the server has closed the old one meanwhile.
        """
        began = time.perf_counter()
        kept = _kept().get(self.port)
        try:
            try:
                return self._asked(kept or self._connected(), address, more, began)
            except ConnectionError:
                if kept is None:
                    raise
                return self._asked(self._connected(), address, more, began)
        except (OSError, http.client.HTTPException) as error:
            _kept().pop(self.port, None)
            print(f"failed: {error!r}", file=sys.stderr)
            return Answered(0, 0, "", time.perf_counter() - began)

    def _connected(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        _kept()[self.port] = made
        return made

    def _asked(
        self,
        connection: http.client.HTTPConnection,
        address: str,
        more: Mapping[str, str],
        began: float,
    ) -> Answered:
        connection.request("GET", address, headers={**HEADERS, **more})
        response = connection.getresponse()
        size, etag = len(response.read()), response.headers.get("etag", "")
        return Answered(response.status, size, etag, time.perf_counter() - began)

    def cpu_seconds(self) -> float:
        """What it has used of the processors so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def serving(lake: Path) -> Iterator[Server]:
    """Serve a lake while a block lasts."""
    port = choose_port()
    command = [
        str(Path(sys.executable).with_name("playlake")),
        *("up", "--no-open", "--page-port", str(port), "--lake", str(lake)),
    ]
    environment = {**os.environ, "PLAYLAKE_TOKENS": f"read:{TOKEN}"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            while "Ctrl-C" not in (line := process.stdout.readline() if process.stdout else ""):
                if not line:
                    raise SystemExit("the page was not served")
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _kept() -> dict[int, http.client.HTTPConnection]:
    """The connections of this thread, by port."""
    found: dict[int, http.client.HTTPConnection] = _connections.__dict__.setdefault("kept", {})
    return found


def load(
    server: Server, addresses: Sequence[str], rate: int, seconds: int, more: Mapping[str, str]
) -> list[Answered]:
    """Send requests at a rate for a while."""
    began, every = time.perf_counter(), cycle(addresses)
    with ThreadPoolExecutor(THREADS) as pool:
        sent = []
        for number in range(rate * seconds):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            sent.append(pool.submit(server.ask, next(every), more))
        return [each.result() for each in sent]


def line(name: str, server: Server, answered: Sequence[Answered], before: float) -> str:
    """A row of the table."""
    cpu = (server.cpu_seconds() - before) / len(answered) * 1_000
    times = sorted(each.seconds * 1_000 for each in answered)
    failed = sum(each.status not in {200, 304} for each in answered)
    return (
        f"| {name} | {len(answered):,} | {failed} | {cpu:.2f} | "
        f"{statistics.median(times):.1f} | {times[int(len(times) * 0.99)]:.1f} | "
        f"{statistics.mean(each.size for each in answered):,.0f} |"
    )


def measured(server: Server, playlist: str, seconds: int) -> Iterator[str]:
    """The rows of the table."""
    page = f"/playlists/{playlist}"
    for name, address in (("overview, made", "/"), ("playlist, made", page)):
        before = server.cpu_seconds()
        yield line(name, server, [server.ask(address, {})], before)
    etag = server.ask(page, {}).etag
    for name, addresses, rate, more in (
        ("overview and playlist, 20 a second", ("/", page), 20, {}),
        ("playlist, 200 a second", (page,), 200, {}),
        ("playlist not changed, 200 a second", (page,), 200, {"if-none-match": etag}),
    ):
        before = server.cpu_seconds()
        yield line(name, server, load(server, addresses, rate, seconds, more), before)


def main() -> None:
    """Measure, and write the results."""
    options = argparse.ArgumentParser()
    options.add_argument("--lake", type=Path)
    options.add_argument("--playlist", default="crate")
    options.add_argument("--seconds", type=int, default=60)
    given = options.parse_args()
    machine = describe()
    with TemporaryDirectory() as folder:
        lake = given.lake or two_weeks(Path(folder)).root
        with serving(lake) as server:
            rows = list(measured(server, given.playlist, given.seconds))
    heads = ("requests", "number", "failed", "CPU ms each", "median ms", "99 % ms", "bytes each")
    text = "\n".join(
        (
            "# The page under load",
            "<!-- Written by `make bench-web`. -->",
            "",
            f"{machine}. The client, which asks for gzip, runs on the same processors.",
            "",
            f"| {' | '.join(heads)} |",
            f"|{'---|' * len(heads)}",
            *rows,
            "",
        )
    )
    print(text)
    # What other benchmarks have written below stays.
    _, heading, below = RESULTS.read_text("utf-8").partition("\n## ")
    RESULTS.write_text(f"{text}{heading}{below}", "utf-8")


if __name__ == "__main__":
    main()
