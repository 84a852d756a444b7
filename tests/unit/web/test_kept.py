"""What is kept is answered without a route, to those who may read it, and as it was first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from set_clock import SetClock
from web_lakes import CRATE, NOW, OPERATOR, READER, served, site_of

from playlake_web import representing
from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.guarding import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from fastapi import Request, Response
    from starlette.types import Message, Receive, Scope, Send

    from playlake_lake.folder import Folder
    from playlake_web.site import Site

PAGE = f"/playlists/{CRATE}"
BROWSER = {"accept": "text/html"}
AS_READER = {"authorization": f"Bearer {READER.secret}"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def site(lake: Folder, clock: SetClock) -> Site:
    return replace(site_of(lake, Tokens((READER, OPERATOR))), clock=clock)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with served(site, Links()) as client:
        client.headers.update(AS_READER)
        yield client


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that a route has answered, each in a thread."""
    answered: list[str] = []
    original = representing.kept

    def counting(request: Request, *values: Any) -> Response:  # noqa: ANN401 - passed on
        answered.append(request.url.path)
        return original(request, *values)

    monkeypatch.setattr(representing, "kept", counting)
    return answered


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?at=2026-11-05", "/playlists", "/runs"])
@pytest.mark.parametrize("accept", [BROWSER, {}], ids=["page", "json"])
def test_the_second_answer_is_the_first_and_needs_no_route(
    client: httpx.Client, routes: list[str], path: str, accept: dict[str, str]
) -> None:
    first = client.get(path, headers=accept)
    assert (first.status_code, len(routes)) == (200, 1)
    second = client.get(path, headers=accept)
    assert (second.content, len(routes)) == (first.content, 1)
    own = {"x-request-id", "date"}
    kept, made = (
        {k: v for k, v in each.headers.items() if k not in own} for each in (second, first)
    )
    assert kept == made
    plain = client.get(path, headers={**accept, "accept-encoding": "identity"})
    assert (plain.content, "content-encoding" in plain.headers) == (first.content, False)
    again = client.get(path, headers={**accept, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, len(routes)) == (304, b"", 1)
    assert client.head(path, headers=accept).headers["etag"] == first.headers["etag"]
    assert len(routes) == 1


def test_what_is_kept_is_not_for_strangers(client: httpx.Client) -> None:
    assert client.get(PAGE).status_code == 200
    del client.headers["authorization"]
    assert client.get(PAGE).status_code == 401
    assert client.get(PAGE, headers=BROWSER, follow_redirects=False).status_code == 303


def test_an_address_and_a_form_have_answers_of_their_own(client: httpx.Client) -> None:
    texts = {
        client.get(path, headers=accept).text
        for path in (PAGE, f"{PAGE}?at=2026-11-05", f"{PAGE}?at=2026-11-06", "/runs")
        for accept in (BROWSER, {})
        for _ in range(2)
    }
    assert len(texts) >= 6


def test_an_old_look_is_not_gone_by(
    client: httpx.Client, clock: SetClock, routes: list[str]
) -> None:
    for passed, asked in ((0, 1), (0, 1), (60, 2), (60, 2)):
        clock.now = NOW + timedelta(seconds=passed)
        assert client.get(PAGE).status_code == 200
        assert len(routes) == asked


async def test_an_answer_that_breaks_off_is_not_begun_again(site: Site) -> None:
    sent: list[Message] = []

    async def broken(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise OSError("synthetic")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    request = {
        "type": "http",
        "method": "POST",
        "path": "/livez",
        "headers": [],
        "query_string": b"",
    }
    with pytest.raises(OSError, match="synthetic"):
        await Guard(broken, site)({**request, "state": {"request_id": "synthetic"}}, receive, send)
    assert [each["type"] for each in sent] == ["http.response.start"]
