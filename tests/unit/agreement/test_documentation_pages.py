"""The pages that document the APIs need nothing but their own server, and allow nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from web_lakes import site_of

from playlake_lake.folder import Folder
from playlake_sandbox import Settings
from playlake_sandbox import create_app as create_sandbox
from playlake_web.access.links import Links
from playlake_web.app import create_app as create_web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI


def sandbox() -> FastAPI:
    """The stand-in for Spotify, with its control routes."""
    return create_sandbox(Settings())


def page_of_a_lake() -> FastAPI:
    """The page and the API over a lake."""
    return create_web(
        replace(site_of(Folder(Path("nowhere")), None), hosts=("synthetic",)), Links()
    )


APPS = [(sandbox, "/sandbox/docs"), (page_of_a_lake, "/docs")]


@pytest.fixture(params=APPS, ids=lambda each: str(each[0].__name__))
async def page(request: pytest.FixtureRequest) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client of an application, and the path of its documentation."""
    make, path = request.param
    transport = httpx.ASGITransport(make())
    async with httpx.AsyncClient(transport=transport, base_url="http://synthetic") as client:
        yield client, path


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


async def test_the_page_of_a_lake_can_be_switched_off() -> None:
    site = replace(site_of(Folder(Path("nowhere")), None), hosts=("synthetic",))
    app = create_web(replace(site, has_documentation=False), Links())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://synthetic"
    ) as client:
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/docs/files/swagger-ui.css")).status_code == 404
