"""What is wrong is answered by one problem with one sentence, and never by a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from api_examples import ADDRESSES, broken
from web_lakes import CRATE, NOW, READER, served, site_of

from playlake_lake.errors import QueryError
from playlake_lake.identity import make_lake
from playlake_web.access.links import Links
from playlake_web.access.sessions import COOKIE, LIFETIME, Session
from playlake_web.frame import MOST_HEADER_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from playlake_lake.folder import Folder

PAGE = {"accept": "text/html"}
REFUSAL = QueryError("Query exhausted: Bytes scanned limit was exceeded, s3://bucket/curated")
EVERY = sorted({address for addresses in ADDRESSES.values() for address in addresses})


def problem(answered: httpx.Response, status: int, code: str) -> str:
    found = answered.json()
    assert (answered.status_code, found["code"]) == (status, code)
    assert answered.headers["content-type"] == "application/problem+json"
    detail: str = found["detail"]
    assert "\n" not in detail
    return detail


@pytest.fixture(scope="module")
def refusing(lake: Folder) -> httpx.Client:  # type: ignore[misc]
    """A client of a site whose lake refuses every query."""
    with broken(lake, REFUSAL) as client:
        yield client


@pytest.mark.parametrize("address", EVERY)
def test_a_lake_that_refuses_a_query_is_said_so(refusing: httpx.Client, address: str) -> None:
    detail = problem(refusing.get(address), 503, "lake_unreadable")
    assert detail.startswith("the lake did not answer: try again")
    page = refusing.get(address, headers=PAGE)
    assert page.status_code == 503 or not page.headers["content-type"].startswith("text/html")
    assert "s3://" not in page.text
    assert refusing.get("/login").status_code == 200


@pytest.mark.parametrize("address", ["/", "/status"])
def test_a_page_says_that_the_lake_cannot_be_read(refusing: httpx.Client, address: str) -> None:
    page = refusing.get(address, headers=PAGE)
    assert page.status_code == 200
    assert "<h1>The lake cannot be read.</h1>" in page.text
    assert "The lake did not answer. Nothing is lost by that." in page.text
    assert "s3://" not in page.text


def test_a_program_is_told_that_the_lake_cannot_be_read(refusing: httpx.Client) -> None:
    status = refusing.get("/status").json()
    assert status["unreadable"] == ["last_commit_at"]
    assert (status["last_commit_at"], status["waiting"]) == (None, 0)
    health = refusing.get("/health")
    assert (health.status_code, health.headers["content-type"]) == (503, "application/json")
    assert health.json()["lines"][0] == {
        "name": "Lake",
        "state": "bad",
        "detail": "the lake did not answer",
    }
    assert refusing.get("/livez").json() == {"state": "alive", "detail": ""}
    detail = problem(refusing.get("/readyz"), 503, "lake_unreadable")
    assert "Athena" not in detail


def test_a_failure_of_the_program_is_framed_as_every_answer(lake: Folder) -> None:
    with broken(lake, RuntimeError("secret detail")) as client:
        answered = client.get("/runs")
        problem(answered, 500, "internal")
        assert "secret detail" not in answered.text
        assert answered.headers["x-request-id"] == answered.json()["request_id"]
        assert "default-src 'none'" in answered.headers["content-security-policy"]
        assert not client.head("/runs").content
        assert "secret detail" not in client.get("/runs", headers=PAGE).text


def test_a_failure_is_in_the_log_under_its_request(
    lake: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    with broken(lake, RuntimeError("secret detail")) as client:
        request_id = client.get("/runs").json()["request_id"]
    (record,) = [each for each in caplog.records if request_id in each.getMessage()]
    assert record.exc_info is not None


@pytest.mark.parametrize("address", EVERY)
def test_a_lake_without_history_is_answered(tmp_path: Path, address: str) -> None:
    folder, _ = make_lake(tmp_path / "empty")
    with served(site_of(folder, None), Links()) as client:
        for headers in ({}, PAGE):
            assert client.get(address, headers=headers).status_code in {200, 404}


@pytest.mark.parametrize(
    "shown",
    ["Bearer wrong", "Bearer", f"Basic {READER.secret}", f"Bearer {READER.secret}x"],
)
def test_a_wrong_token_lets_nobody_in(guarded: httpx.Client, shown: str) -> None:
    answered = guarded.get("/runs", headers={"authorization": shown})
    problem(answered, 401, "signed_out")
    assert answered.headers["www-authenticate"] == "Bearer"
    assert READER.secret not in answered.text


def test_an_expired_session_lets_nobody_in(guarded: httpx.Client) -> None:
    begun = NOW - LIFETIME - timedelta(seconds=1)
    cookie = {"cookie": f"{COOKIE}={Session.begin(READER, begun).cookie}"}
    problem(guarded.get("/runs", headers=cookie), 401, "signed_out")
    sent = guarded.get("/runs", headers={**cookie, **PAGE})
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?to=%2Fruns")


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        (f"/playlists/{CRATE}?at=0", 400, "bad_request"),
        (f"/playlists/{CRATE}?at=1735689600", 400, "bad_request"),
        (f"/playlists/{CRATE}/then?at=20261103", 400, "bad_request"),
        (f"/playlists/{CRATE}/feed.atom?source=other", 404, "no_such_playlist"),
        ("/playlists/%2e%2e/changes", 404, "no_such_playlist"),
        ("/runs/..%2f..%2fetc%2fpasswd", 404, "not_found"),
        ("/songs/..%2f..%2fetc%2fpasswd", 404, "no_such_song"),
        ("/files/..%2fexamples.json", 404, "not_found"),
        ("/docs/files/..%2f..%2fsite.py", 404, "not_found"),
        (f"/songs?q={'x' * MOST_HEADER_BYTES}", 431, "header_too_large"),
    ],
)
def test_bad_input_is_refused(client: httpx.Client, address: str, status: int, code: str) -> None:
    detail = problem(client.get(address), status, code)
    assert detail


def test_a_list_begins_where_it_has_entries(client: httpx.Client) -> None:
    begun = client.get(f"/playlists/{CRATE}", headers=PAGE)
    beyond = client.get(f"/playlists/{CRATE}?from=999999", headers=PAGE)
    assert beyond.status_code == 200
    assert beyond.text == begun.text
