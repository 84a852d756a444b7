"""The real extractor against a real stand-in for Spotify over HTTP; only its waits take no time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr
from served import serve
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.raw import (
    PLAYLIST,
    decode_details,
    decode_snapshot,
    read_frames,
    read_header,
)
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify_dialects.kinds import SAVED_TRACKS
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.run.covers import CoverKeeper
from playlake_extractor.run.definition import Run
from playlake_extractor.run.details import name_of
from playlake_extractor.run.enrichment import Enrichment
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.cover_images import SpotifyCovers
from playlake_extractor.sources.spotify.source import SpotifySource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi
from playlake_sandbox import Settings, create_app
from playlake_sandbox.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi import FastAPI

    from playlake_contracts.manifest import Manifest
    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_contracts.raw import RawDetails, RawSnapshot
    from playlake_sandbox.state import Sandbox

_OF_PLAYLISTS = {PLAYLIST, SAVED_TRACKS}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
USER = Credentials(
    "sandbox-client-id", SecretStr("sandbox-client-secret"), SecretStr("sandbox-refresh-token")
)


@dataclass(slots=True)
class Extractor:
    """Runs the extractor, each time for the next day, and keeps what it lands and its state."""

    control: httpx.Client
    raw: MemoryRawStore = field(default_factory=MemoryRawStore)
    state: MemoryStateStore = field(default_factory=MemoryStateStore)
    asked: MemoryStateStore = field(default_factory=MemoryStateStore)
    details_budget: int | None = None
    keeps_covers: bool = False
    budget: RetryBudget = field(default_factory=RetryBudget)
    credentials: Credentials = USER
    refresh_after: timedelta = timedelta(0)
    now: datetime = NOON
    timeout: timedelta = timedelta(seconds=30)
    pseudonyms: Pseudonyms | None = None
    rotated: list[str] = field(default_factory=list)

    def faults(self, *rules: dict[str, Any]) -> None:
        """Let the stand-in misbehave by these rules, and no others."""
        self.control.put("/sandbox/faults", json=list(rules)).raise_for_status()

    def applied(self) -> list[int]:
        """How often each rule was applied."""
        found: list[dict[str, Any]] = self.control.get("/sandbox/faults").json()
        return [rule["applied"] for rule in found]

    def playlists(self) -> dict[str, dict[str, Any]]:
        """What the stand-in has, by id."""
        found = self.control.get("/sandbox/playlists").json()
        return {playlist["id"]: playlist for playlist in found}

    def run(self, wanted: Sequence[str] | None, scheduled_at: datetime | None = None) -> Manifest:
        """A run for a time, by default now; what it waits for passes at once."""
        run = Run(
            "spotify",
            RunId.derive("spotify", scheduled_at or self.now),
            "0.0-test",
            refresh_after=self.refresh_after,
            pseudonyms=self.pseudonyms,
        )
        stores = Stores(raw=self.raw, state=self.state)
        budget = self.details_budget
        enrichment = None if budget is None else Enrichment(self.asked, budget)
        return extract(
            run,
            wanted,
            self.spotify(),
            stores,
            lambda: self.now,
            enrichment,
            covers=self._covers(),
        )

    def _covers(self) -> CoverKeeper | None:
        host = SpotifyCovers(str(self.control.base_url), self._pass)
        return CoverKeeper("spotify", self.raw, host) if self.keeps_covers else None

    def spotify(self) -> SpotifySource:
        """A new client of the stand-in."""
        base = str(self.control.base_url).rstrip("/")
        tokens = TokenSource(
            self.credentials, f"{base}/api/token", self.timeout, on_rotation=self.rotated.append
        )
        sender = Sender(
            "Spotify",
            tokens,
            Pacer(timedelta(0)),
            self.budget,
            lambda: self.now,
            sleep=self._pass,
        )
        return SpotifySource(SpotifyWebApi(sender, f"{base}/v1/", self.timeout, self.timeout))

    def snapshots(self) -> dict[str, RawSnapshot]:
        """All that was landed, by playlist; each must have been landed once."""
        found: dict[str, RawSnapshot] = {}
        for frame in self.frames():
            if read_header(frame).kind in _OF_PLAYLISTS:
                snapshot = decode_snapshot(frame)
                assert snapshot.playlist_id not in found
                found[snapshot.playlist_id] = snapshot
        return found

    def details(self) -> dict[str, RawDetails]:
        """All details that were landed, by Spotify URI; each must have been landed once."""
        found: dict[str, RawDetails] = {}
        for frame in self.frames():
            if read_header(frame).kind not in _OF_PLAYLISTS:
                details = decode_details(frame)
                uri = name_of("spotify", details.kind, details.id)
                assert uri not in found
                found[uri] = details
        return found

    def frames(self) -> Iterator[bytes]:
        """All that was landed, in order."""
        for key, body in self.raw.objects.items():
            if key.endswith(".jsonl.zst"):
                yield from read_frames(body, max_frame_bytes=1 << 28)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def extractor() -> Iterator[Extractor]:
    """An extractor of the standing twelve playlists, the largest of which has some 215 items."""
    with serving(largest=215) as extractor:
        yield extractor


@pytest.fixture
def extractor_of() -> Callable[..., Any]:
    """`with extractor_of(playlists=1_000) as extractor`: of another world."""
    return serving


@contextmanager
def serving(**settings: object) -> Iterator[Extractor]:
    """A stand-in that uvicorn serves on a free port of this machine."""
    with reading(create_app(Settings.model_validate({"tier": "older-dev", **settings}))) as one:
        yield one


@pytest.fixture
def extractor_on_the_move() -> Callable[..., Any]:
    """`with extractor_on_the_move(timedelta(hours=1)) as extractor`: each request takes so long."""
    return moving


@contextmanager
def moving(a_request: timedelta) -> Iterator[Extractor]:
    """A stand-in whose clock moves on by a time with every request that it has served."""
    app = create_app(Settings.model_validate({"tier": "older-dev", "largest": 215}))
    sandbox: Sandbox = app.state.sandbox
    sandbox.clock = Clock(NOON, a_request.total_seconds(), sandbox.requests.total)
    with reading(app) as one:
        yield one


@contextmanager
def reading(app: FastAPI) -> Iterator[Extractor]:
    """An extractor of an application that uvicorn serves on a free port of this machine."""
    with (
        serve(app) as address,
        httpx.Client(base_url=address, timeout=30, trust_env=False) as control,
    ):
        yield Extractor(control)
