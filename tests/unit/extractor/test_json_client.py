"""Requests of a JSON API give the bytes as they came, within a time and a size."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from playlake_extractor.errors import (
    GarbledResponseError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.http import response_body
from playlake_extractor.http.json_client import JsonApi, JsonClient
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.refusals import refusal, seconds
from playlake_extractor.http.request_policy import NoTokens, Sender
from playlake_extractor.http.retry_budget import RetryBudget

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.extractor.conftest import Answer, Asked, Server

    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.http.refusals import Arrival

    Serve = Callable[[Callable[[Asked], Answer]], Server]

SHORT = timedelta(seconds=5)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def refused(arrival: Arrival, body: bytes) -> PlaylakeError:
    return refusal(f"Toys answered {arrival.status} {body.decode()}", arrival)


def announced(arrival: Arrival) -> timedelta | None:
    return seconds(arrival.headers.get("X-Spent"))


def client(
    url: str, budget: RetryBudget | None = None, slept: list[float] | None = None
) -> JsonClient:
    """A client that by default tries once, and whose waits take no time."""
    sender = Sender(
        "Toys",
        NoTokens(),
        Pacer(timedelta()),
        budget or RetryBudget(tries=1),
        lambda: NOON,
        sleep=([] if slept is None else slept).append,
        chance=lambda: 0.0,
    )
    headers = {"User-Agent": "Playlake/test", "Authorization": "Token synthetic"}
    return JsonClient(JsonApi("Toys", url, headers, refused, SHORT, SHORT, announced), sender)


def test_the_body_is_given_byte_for_byte(serve: Serve, answer: type[Answer]) -> None:
    sent = b'{"a" :\t1.0e0,\r\n  "a": "\\u00fc \xc3\xbc" }\n\n'
    server = serve(lambda _: answer(sent))
    assert client(f"{server.url}/1/").get("all", "toys/1", {"count": 2, "of": "a b"}) == sent
    (asked,) = server.asked
    assert asked.target == "/1/toys/1?count=2&of=a+b"
    assert asked.headers["Authorization"] == "Token synthetic"
    assert asked.headers["User-Agent"] == "Playlake/test"


def test_a_redirect_is_not_followed(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"{}", 302, {"Location": "/elsewhere"}))
    with pytest.raises(UnexpectedResponseError, match="Toys answered 302"):
        client(server.url).get("all", "toys")
    assert [asked.target for asked in server.asked] == ["/toys"]


def test_a_refusal_is_told_with_its_body(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"no toys", 503))
    with pytest.raises(SourceUnavailableError, match="Toys answered 503 no toys"):
        client(server.url).get("all", "toys")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": [1, 2', b"null", b'{"a": 1} {'])
def test_what_is_not_json_is_asked_for_again(
    serve: Serve, answer: type[Answer], body: bytes
) -> None:
    server = serve(lambda _: answer(body))
    asking = client(server.url, RetryBudget(tries=2))
    with pytest.raises(GarbledResponseError, match="Toys answered with a body that is not JSON"):
        asking.get("all", "toys")
    assert (asking.sender.traffic.requests, asking.sender.traffic.retries) == (2, 1)


def test_what_nests_too_deep_is_unexpected(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"[" * 5_000 + b"]" * 5_000))
    with pytest.raises(UnexpectedResponseError, match="Toys's answer nests too deep"):
        client(server.url).get("all", "toys")


def test_no_answer_is_an_unavailable_source(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"{}"))
    url = server.url
    server.close()
    with pytest.raises(SourceUnavailableError, match=r"Toys did not answer \(Connect"):
        client(url).get("all", "toys")


def test_a_body_over_the_limit_is_not_read_to_its_end(
    serve: Serve, answer: type[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_body.Body.__init__, "__defaults__", (lambda: 0.0, 1_000))
    server = serve(lambda _: answer(b" " * 2_000))
    with pytest.raises(SourceUnavailableError, match="more than 1,000 bytes"):
        client(server.url).get("all", "toys")


def test_an_answer_that_does_not_come_is_given_up(serve: Serve, answer: type[Answer]) -> None:
    given_up = threading.Event()

    def wait(_: Asked) -> Answer:
        given_up.wait(10)
        return answer(b"{}")

    server = serve(wait)
    asking = client(server.url)
    asking._api = JsonApi("Toys", server.url, {}, refused, timedelta(seconds=0.05), SHORT)
    try:
        with pytest.raises(SourceUnavailableError, match="did not answer"):
            asking.get("all", "toys")
    finally:
        given_up.set()


def test_an_announced_limit_is_waited_for(serve: Serve, answer: type[Answer]) -> None:
    answers = [answer(b"{}", 200, {"X-Spent": "7"}), answer(b"{}"), answer(b"{}")]
    server = serve(lambda _: answers.pop(0))
    slept: list[float] = []
    asking = client(server.url, slept=slept)
    for _ in range(3):
        asking.get("all", "toys")
    assert slept == [7.0]
    assert asking.sender.traffic.waited == timedelta(seconds=7)
    assert (asking.sender.traffic.requests, asking.sender.traffic.retries) == (3, 0)


def test_a_long_announced_limit_closes_the_group(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"{}", 200, {"X-Spent": "3600"}))
    slept: list[float] = []
    asking = client(server.url, slept=slept)
    asking.get("all", "toys")
    for _ in range(2):
        with pytest.raises(RateLimitedError, match="takes no more"):
            asking.get("all", "toys")
    assert (len(server.asked), slept) == (1, [])
    assert asking.sender.not_before == {"all": NOON + timedelta(hours=1)}
