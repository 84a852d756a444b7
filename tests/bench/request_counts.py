"""How many requests a run of a thousand playlists costs, counted by the stand-in for Spotify.

    make bench-requests

The playlists are synthetic; a day changes five in a hundred of them. Beside the extractor runs the
loop that tutorials teach: `sp.playlist_items` of every playlist, page after page.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import requests
import spotipy
import structlog
from pydantic import SecretStr
from served import serve
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.source import SpotifySource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi
from playlake_sandbox import Settings, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.manifest import Manifest

PLAYLISTS = 1_000
STANDING_AND_LISTED = 11
CHANGED_PERCENT = 5
LISTED_AT_ONCE = 50
IN_ONE_ANSWER = 100
LISTING = "GET /v1/me/playlists"
TIMEOUT = timedelta(seconds=30)
FIRST_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
USER = Credentials(
    "sandbox-client-id", SecretStr("sandbox-client-secret"), SecretStr("sandbox-refresh-token")
)


class Bench:
    """A served stand-in, and an extractor that keeps its state from run to run."""

    def __init__(self, control: httpx.Client) -> None:
        self.control = control
        self.base = str(control.base_url).rstrip("/")
        self.stores = Stores(raw=MemoryRawStore(), state=MemoryStateStore())
        self.ids = [p["id"] for p in self.playlists() if p["owner"] != "spotify"]

    def playlists(self) -> list[dict[str, Any]]:
        """What the stand-in has today."""
        found: list[dict[str, Any]] = self.control.get("/sandbox/playlists").json()
        return found

    def requests(self) -> dict[str, int]:
        """Requests of the Web API so far, by route."""
        counted: dict[str, int] = self.control.get("/sandbox/requests").json()
        return {route: count for route, count in counted.items() if " /v1/" in route}

    def run(self, day: datetime, hour: int = 0) -> Manifest:
        """A run of the extractor on a day."""
        self.control.put("/sandbox/clock", json={"now": day.isoformat()}).raise_for_status()
        run_id = RunId.derive("spotify", day + timedelta(hours=hour))
        run = Run("spotify", run_id, "0.0-bench", refresh_after=timedelta(days=7))
        return extract(run, self.ids, self._spotify(), self.stores, lambda: datetime.now(UTC))

    def tutorial(self) -> int:
        """The loop that tutorials teach, on the same playlists: its requests."""
        before = sum(self.requests().values())
        session = requests.Session()
        session.trust_env = False
        client = spotipy.Spotify(auth=self._tokens().access_token(), requests_session=session)
        client.prefix = f"{self.base}/v1/"
        for playlist_id in self.ids:
            page = client.playlist_items(playlist_id)
            while page["next"]:
                page = client.next(page)
        return sum(self.requests().values()) - before

    def _tokens(self) -> TokenSource:
        return TokenSource(USER, f"{self.base}/api/token", TIMEOUT)

    def _spotify(self) -> SpotifySource:
        budget = RetryBudget(request_budget=100_000)
        now = lambda: datetime.now(UTC)  # noqa: E731 - a clock
        sender = Sender("Spotify", self._tokens(), Pacer(timedelta(0)), budget, now)
        return SpotifySource(SpotifyWebApi(sender, f"{self.base}/v1/", TIMEOUT, TIMEOUT))


@contextmanager
def serving() -> Iterator[Bench]:
    """The stand-in, served by uvicorn on a free port of this machine."""
    settings = Settings.model_validate(
        {
            "tier": "extended",
            "playlists": PLAYLISTS - STANDING_AND_LISTED,
            "daily_change_percent": CHANGED_PERCENT,
        }
    )
    with (
        serve(create_app(settings)) as address,
        httpx.Client(base_url=address, timeout=300, trust_env=False) as control,
    ):
        yield Bench(control)


def print_costs(what: str, manifest: Manifest, bench: Bench, before: dict[str, int]) -> None:
    """Print what a run cost, by route, and what it may cost at most."""
    by_route = {r: n - before.get(r, 0) for r, n in bench.requests().items()}
    landed = [p.entries or 0 for p in manifest.playlists if p.outcome is Outcome.LANDED]
    pages = sum(1 + -(-max(0, size - IN_ONE_ANSWER) // LISTED_AT_ONCE) for size in landed)
    listing = by_route.get(LISTING, 0)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in manifest.counts().items())
    print(f"\n{what}: {manifest.requests:,} requests ({counts})")
    for route, count in by_route.items():
        if count:
            print(f"  {count:6,}  {route}")
    print(
        f"  {listing:,} for the list, {pages:,} for the pages of what was landed, "
        f"{manifest.requests - listing - pages:,} more"
    )


def main() -> None:
    """Run the benchmark and print what was counted."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with serving() as bench:
        print(f"{len(bench.ids):,} synthetic playlists, {CHANGED_PERCENT} % changed every day")
        runs = [
            ("first run", FIRST_DAY, 0),
            ("again on the same day", FIRST_DAY, 1),
            ("the next day", FIRST_DAY + timedelta(days=1), 0),
        ]
        cost = {}
        for what, day, hour in runs:
            before = bench.requests()
            manifest = bench.run(day, hour)
            cost[what] = manifest.requests
            print_costs(what, manifest, bench, before)
        tutorial = bench.tutorial()
        print(f"\nthe tutorials' loop: {tutorial:,} requests, every time")
        for what, count in cost.items():
            print(f"  {tutorial / count:6.1f} times as many as {what}")


if __name__ == "__main__":
    main()
