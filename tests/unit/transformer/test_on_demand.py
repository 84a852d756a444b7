"""The page is loaded by the first who asks for it; the orchestrator is answered without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from starlette.responses import PlainTextResponse

from playlake_transformer.access import Access
from playlake_transformer.api.on_demand import OnDemand
from playlake_web.access.hosts import LOOPBACK
from playlake_web.access.links import Links
from playlake_web.facts.process import Watchdog

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Process:
    """A process that is alive, and not ready."""

    def alive(self) -> Watchdog:
        return Watchdog(name="alive", ok=True, detail="it polls")

    def ready(self) -> Watchdog:
        return Watchdog(name="ready", ok=False, detail="it stops")


class Loaded:
    """Counts how often an application is loaded, which may fail at first."""

    def __init__(self, failures: int = 0) -> None:
        self.times = 0
        self.failures = failures

    def __call__(self) -> ASGIApp:
        self.times += 1
        if self.times <= self.failures:
            raise MemoryError
        return PlainTextResponse("the page")


def client(loaded: Loaded) -> httpx.AsyncClient:
    app = OnDemand(Process(), Access(LOOPBACK, is_secure=False, links=Links()), loaded)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")


async def test_the_checks_of_the_orchestrator_load_nothing() -> None:
    loaded = Loaded()
    async with client(loaded) as api:
        alive = await api.get("/livez")
        ready = await api.get("/readyz")
        head = await api.head("/livez")
        foreign = await api.get("/livez", headers={"host": "evil.example"})
    assert (alive.status_code, alive.json()) == (200, {"state": "alive", "detail": "it polls"})
    assert (ready.status_code, ready.json()) == (503, {"state": "failing", "detail": "it stops"})
    assert (head.status_code, head.content) == (200, b"")
    assert alive.headers["cache-control"] == "no-store"
    assert alive.headers["x-content-type-options"] == "nosniff"
    assert foreign.status_code == 421
    assert loaded.times == 0


async def test_the_first_who_asks_for_more_loads_the_page_once() -> None:
    loaded = Loaded()
    async with client(loaded) as api:
        assert (await api.get("/")).text == "the page"
        assert (await api.get("/status")).text == "the page"
        assert (await api.post("/livez")).text == "the page"  # which says what it takes instead
    assert loaded.times == 1


async def test_a_load_that_failed_is_tried_again() -> None:
    loaded = Loaded(failures=1)
    async with client(loaded) as api:
        assert (await api.get("/")).status_code == 500
        assert (await api.get("/livez")).status_code == 200
        assert (await api.get("/")).text == "the page"
