"""CPU time of the extractor a request, and of reading its state: `make bench-extractor`.

The stand-in for Spotify runs in a process of its own. A run of the extractor, which lands in a
folder, takes turns in this process with bare requests for the same bytes: a session of requests
and an md5. The state takes turns with a bare decode of the same JSON. Printed are the ratios.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx
import msgspec
import requests
import structlog
from pydantic import SecretStr

from playlake_contracts.keys import state_key
from playlake_contracts.runs import RunId
from playlake_extractor.adapters.places import open_lake
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.state import LastSnapshot, Seen, State, decode_state, encode_state
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.source import SpotifySource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Name, tier of the app, playlists, entries of each.
WORLDS = (
    ("classic, 100 x 100", "older-dev", 100, 100),
    ("classic, 2 x 2,500", "older-dev", 2, 2_500),
    ("newer apps, 100 x 100", "newer-dev", 100, 100),
    ("newer apps, 2 x 2,500", "newer-dev", 2, 2_500),
)
STATE_PLAYLISTS = 10_000
# Name, runs that landed the playlists.
STATES = (("runs of a week", 7 * 24), ("a run for each", STATE_PLAYLISTS))
_BARE = msgspec.json.Decoder(State)
TIMEOUT = timedelta(seconds=30)
RUN_AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
USER = Credentials(
    "sandbox-client-id", SecretStr("sandbox-client-secret"), SecretStr("sandbox-refresh-token")
)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    print("CPU time of the extractor a request, in times of a bare GET and md5")
    for name, tier, playlists, entries in WORLDS:
        with _serving(tier, playlists, entries) as world:
            _compare(name, world.extract, world.get, rounds)
    print(f"CPU time of decoding the state of {STATE_PLAYLISTS:,} playlists, in times of msgspec's")
    for name, runs in STATES:
        raw = _state(runs)
        _compare(name, _timed(decode_state, raw), _timed(_BARE.decode, raw), rounds)


def _compare(name: str, ours: Callable[[], float], bare: Callable[[], float], rounds: int) -> None:
    ours(), bare()
    measured = [(ours(), bare()) for _ in range(rounds)]
    ratios = [one / other for one, other in measured]
    milliseconds = 1000 * statistics.median(one for one, _ in measured)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"  {name:22} {statistics.median(ratios):.2f} ({spread}), {milliseconds:.1f} ms")


def _timed(decode: Callable[[bytes], object], raw: bytes) -> Callable[[], float]:
    return lambda: _seconds(lambda: decode(raw))


class _World:
    """Playlists that a stand-in serves, and two ways of fetching them all."""

    def __init__(self, base: str, entries: int) -> None:
        with httpx.Client(base_url=base, timeout=300, trust_env=False) as control:
            found = control.get("/sandbox/playlists").json()
        self._ids = [playlist["id"] for playlist in found if playlist["size"] == entries]
        self._base = base
        self._tokens = TokenSource(USER, f"{base}/api/token", TIMEOUT)
        self._urls: list[str] = []

    def extract(self) -> float:
        """CPU seconds a request of a run of the extractor."""
        sender = Sender(
            "Spotify", self._tokens, Pacer(timedelta()), RetryBudget(request_budget=10_000), _now
        )
        api = SpotifyWebApi(sender, f"{self._base}/v1/", TIMEOUT, TIMEOUT)
        self._urls = []
        api._client._session.hooks["response"].append(self._asked)
        run = Run("spotify", RunId.derive("spotify", RUN_AT), "0.0-bench")
        with TemporaryDirectory() as folder:
            place = open_lake(Path(folder) / "lake")
            stores = Stores(raw=place.raw, state=place.state(state_key("spotify")))
            seconds = _seconds(lambda: extract(run, self._ids, SpotifySource(api), stores, _now))
        return seconds / len(self._urls)

    def get(self) -> float:
        """CPU seconds a request of fetching the same bytes."""
        token = self._tokens.access_token()
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {token}"
            return _seconds(lambda: self._digests(session)) / len(self._urls)

    def _asked(self, response: requests.Response, **_: object) -> None:
        self._urls.append(response.url)

    def _digests(self, session: requests.Session) -> list[str]:
        # An md5 as a stand-in for any use of the bytes.
        bodies = (session.get(url, timeout=30).content for url in self._urls)
        return [hashlib.md5(body, usedforsecurity=False).hexdigest() for body in bodies]


@contextmanager
def _serving(tier: str, playlists: int, entries: int) -> Iterator[_World]:
    """A stand-in in a process of its own, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # asyncio sets it on its own sockets only; without it every answer waits for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        settings = {
            "SOCKET_FD": listening.fileno(),
            "TIER": tier,
            "PLAYLISTS": playlists,
            "PLAIN_SIZE": entries,
            "DAILY_CHANGE_PERCENT": 0,
        }
        environment = {f"PLAYLAKE_SANDBOX_{name}": str(value) for name, value in settings.items()}
        with subprocess.Popen(
            [sys.executable, "-m", "playlake_sandbox"],
            env={**os.environ, **environment},
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                yield _World(f"http://127.0.0.1:{listening.getsockname()[1]}", entries)
            finally:
                process.kill()


def _state(runs: int) -> bytes:
    """The state of playlists that so many runs have landed."""
    times = (RUN_AT - timedelta(hours=number) for number in range(runs))
    ids = [str(RunId.derive("spotify", moment)) for moment in times]
    of_playlists = {f"{n:022}": ids[n % runs] for n in range(STATE_PLAYLISTS)}
    return encode_state(
        State(
            playlists={
                playlist: LastSnapshot(
                    run_id=run_id, snapshot_id="A" * 32, items_sha256="2:" + "0" * 32
                )
                for playlist, run_id in of_playlists.items()
            },
            seen={
                playlist: Seen(run_id=run_id, total=100, total_by=run_id)
                for playlist, run_id in of_playlists.items()
            },
        )
    )


def _seconds(call: Callable[[], object]) -> float:
    """The CPU seconds that a call takes in this process."""
    gc.collect()
    started = time.process_time()
    call()
    return time.process_time() - started


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
