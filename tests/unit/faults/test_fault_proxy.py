"""The fault proxy does to a call what its fault says, and nothing to the others."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest
from fault_proxy import Action, Fault, FaultProxy, fault_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b"synthetic" * 100
RECEIVE = {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}


class Upstream(ThreadingHTTPServer):
    """A server that notes what it is asked, and always gives the same answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, bytes]] = []


class Answering(BaseHTTPRequestHandler):
    server: Upstream

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    do_POST = do_PUT  # noqa: N815 - the name that the library asks for

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def proxied(*faults: Fault) -> Iterator[tuple[Upstream, FaultProxy, httpx.Client]]:
    upstream = Upstream()
    serving = threading.Thread(target=upstream.serve_forever, args=(0.01,))
    serving.start()
    try:
        with (
            fault_proxy(upstream.server_port, faults, seed=1) as proxy,
            httpx.Client(base_url=proxy.url, trust_env=False) as client,
        ):
            yield upstream, proxy, client
    finally:
        upstream.shutdown()
        serving.join()
        upstream.server_close()


def test_a_call_without_a_fault_is_passed_on_as_it_is() -> None:
    with proxied(Fault("nothing", Action.RESET)) as (upstream, proxy, client):
        answer = client.put("/bucket/raw/a%2Bb?versionId=1", content=b"given")
    assert (answer.status_code, answer.content) == (200, BODY)
    assert upstream.asked == [("/bucket/raw/a%2Bb?versionId=1", b"given")]
    assert proxy.calls == {"s3.PUT": 1}
    assert not proxy.hits


def test_a_status_is_answered_and_nothing_is_done() -> None:
    with proxied(Fault(r"s3\.PUT /bucket/", Action.STATUS, status=500)) as (up, proxy, client):
        assert client.put("/bucket/key", content=b"x").status_code == 500
        assert client.post("/", content=b"x", headers=RECEIVE).status_code == 200
    assert len(up.asked) == 1
    assert proxy.hits == {Action.STATUS: 1}


def test_a_reset_ends_the_connection_before_anything_is_done() -> None:
    with (
        proxied(Fault("PUT", Action.RESET)) as (upstream, _, client),
        pytest.raises(httpx.TransportError),
    ):
        client.put("/key", content=b"x")
    assert upstream.asked == []


def test_a_dropped_reply_is_that_of_a_call_that_was_done() -> None:
    with (
        proxied(Fault("PUT", Action.DROP_REPLY)) as (upstream, _, client),
        pytest.raises(httpx.TransportError),
    ):
        client.put("/key", content=b"x")
    assert upstream.asked == [("/key", b"x")]


def test_a_truncated_answer_is_shorter_than_it_says() -> None:
    with (
        proxied(Fault("PUT", Action.TRUNCATE)) as (_, _, client),
        pytest.raises(httpx.RemoteProtocolError, match="complete message body"),
    ):
        client.put("/key", content=b"x")


def test_a_duplicated_call_is_done_twice() -> None:
    with proxied(Fault("sqs.ReceiveMessage", Action.DUPLICATE)) as (upstream, proxy, client):
        assert client.post("/", content=b"x", headers=RECEIVE).content == BODY
    assert upstream.asked == [("/", b"x")] * 2
    assert proxy.calls == {"sqs.ReceiveMessage": 1}


def test_a_delayed_call_is_done_afterwards() -> None:
    with proxied(Fault("PUT", Action.DELAY, seconds=0.05)) as (upstream, proxy, client):
        assert client.put("/key", content=b"x").status_code == 200
    assert len(upstream.asked) == 1
    assert proxy.hits == {Action.DELAY: 1}


def test_the_nth_call_alone_is_hit() -> None:
    with proxied(Fault("PUT", Action.STATUS, nth=2)) as (_, _, client):
        statuses = [client.put("/key", content=b"x").status_code for _ in range(4)]
    assert statuses == [200, 503, 200, 200]


def test_chances_follow_from_the_seed() -> None:
    seen = []
    for _ in range(2):
        with proxied(Fault("PUT", Action.STATUS, probability=0.5)) as (_, _, client):
            seen.append([client.put("/key", content=b"x").status_code for _ in range(20)])
    assert seen[0] == seen[1]
    assert {200, 503} == set(seen[0])
