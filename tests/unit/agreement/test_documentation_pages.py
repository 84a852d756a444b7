"""The pages that document the APIs need nothing but their own server, and allow nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest

from playlake_sandbox import Settings
from playlake_sandbox import create_app as create_sandbox
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.api.app import create_app as create_transformer
from playlake_transformer.api.checks import Checks, Patience
from playlake_transformer.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI


def transformer() -> FastAPI:
    """The transformer's API."""
    clock = SystemClock()
    patience = Patience(poll=timedelta(hours=1), work=timedelta(hours=1))
    return create_transformer(Checks(Status(clock.now()), clock, patience, timedelta))


def sandbox() -> FastAPI:
    """The stand-in for Spotify, with its control routes."""
    return create_sandbox(Settings())


APPS = {"/docs": transformer, "/sandbox/docs": sandbox}


@pytest.fixture(params=APPS)
async def page(request: pytest.FixtureRequest) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client of an application, and the path of its documentation."""
    app = APPS[request.param]()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://synthetic") as client:
        yield client, request.param


class Addresses(HTMLParser):
    """Collects the addresses that a page loads, and its inline scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.scripts: list[str] = []
        self._is_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = [value for name, value in attrs if name in {"src", "href"} and value]
        self.loaded += found
        self._is_script = tag == "script" and not found

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  the name is HTMLParser's
        self._is_script = False

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.scripts.append(data)


async def test_every_file_of_a_page_is_served_beside_it(
    page: tuple[httpx.AsyncClient, str],
) -> None:
    client, path = page
    response = await client.get(path)
    (script,) = Addresses(response.text).scripts
    described = re.findall(r"url: '([^']+)'", script)
    loaded = [*Addresses(response.text).loaded, *described]
    assert len(loaded) == 4
    for address in loaded:
        assert address.startswith("/"), address
        assert (await client.get(address)).status_code == 200, address
    assert (await client.get(described[0])).json()["paths"]


async def test_a_page_may_run_its_own_scripts_only(page: tuple[httpx.AsyncClient, str]) -> None:
    client, path = page
    response = await client.get(path)
    directives = dict(
        directive.strip().split(" ", 1)
        for directive in response.headers["content-security-policy"].split(";")
    )
    (script,) = Addresses(response.text).scripts
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == f"'self' 'sha256-{digest}'"
    assert not [value for value in directives.values() if "unsafe" in value or "*" in value]
    assert not [value for value in directives.values() if "http" in value]


async def test_no_page_loads_from_elsewhere(page: tuple[httpx.AsyncClient, str]) -> None:
    client, _ = page
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert (await client.get(path)).status_code == 404
