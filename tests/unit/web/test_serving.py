"""What a client may send to the server, and how long it may take. Real sockets."""

from __future__ import annotations

import json
import socket
from asyncio import Transport
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from errno import ENOTCONN
from time import sleep
from typing import TYPE_CHECKING
from unittest.mock import create_autospec

import httpx
import pytest
from served import serve
from web_lakes import OPERATOR, READER, site_of

from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.app import create_app
from playlake_web.frame import MOST_HEADER_BYTES, Frame
from playlake_web.lingering import LingeringTransport
from playlake_web.serving import server_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message, Receive, Scope, Send

    from playlake_lake.folder import Folder

SHORT, LONG = timedelta(seconds=0.3), timedelta(minutes=5)
HALVES = [
    b"",
    b"GET / HT",
    b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ",
    b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\ntoken=",
    b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\nGET /login HTTP/1.1\r\n",
]


@contextmanager
def listening(lake: Folder, arrival: timedelta) -> Iterator[str]:
    app = create_app(site_of(lake, Tokens((READER, OPERATOR))), Links())
    config = server_config(app, arrival)
    config.timeout_keep_alive = 1
    with serve(app, config) as address:
        yield address


def connected(address: str) -> socket.socket:
    host, _, port = address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=30)


def wait_for(connection: socket.socket, text: str) -> None:
    """Wait until the server has sent a text, and leave it unread."""
    while text.encode() not in (sent := connection.recv(65536, socket.MSG_PEEK)):
        assert sent, "the server has closed"


def rest(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_half_open_connections_are_closed_while_others_are_answered(lake: Folder) -> None:
    with listening(lake, SHORT) as address, ExitStack() as stack:
        halves = [stack.enter_context(connected(address)) for _ in range(50)]
        for number, half in enumerate(halves):
            half.sendall(HALVES[number % len(HALVES)])
        assert httpx.get(f"{address}/login").status_code == 200
        for number, half in enumerate(halves):
            answers = rest(half).count(b"HTTP/1.1 ")
            assert answers == (1 if HALVES[number % len(HALVES)].endswith(b"HTTP/1.1\r\n") else 0)


def test_a_client_that_sends_a_byte_now_and_then_is_given_no_more_time(lake: Folder) -> None:
    with listening(lake, SHORT) as address, connected(address) as slow:
        slow.settimeout(0.05)
        for sent in range(600):
            try:
                slow.sendall(b"GET / HTTP/1.1\r\nx: "[sent : sent + 1] or b"a")
                assert slow.recv(1) == b""
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                pass  # closed while a byte was on its way
            break
        else:
            pytest.fail("30 seconds were not enough")


async def test_a_body_that_breaks_off_is_never_taken_for_a_whole_one() -> None:
    asked: list[Scope] = []
    received: list[Message] = [
        {"type": "http.request", "body": b"token=", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        asked.append(scope)

    async def receive() -> Message:
        return received.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"host", b"localhost")],
        "raw_path": b"/login",
        "query_string": b"",
    }
    await Frame(app, ("localhost",), is_secure=False)(scope, receive, send)
    assert not asked


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /livez HTTP/1.1\r\nx: " + b"a" * MOST_HEADER_BYTES * 5, 431, "header_too_large"),
        (
            b"GET /runs HTTP/1.1\r\nhost: 127.0.0.1\r\nx: "
            + b"a" * MOST_HEADER_BYTES
            + b"\r\n\r\n",
            431,
            "header_too_large",
        ),
        (b"GET /" + b"a" * MOST_HEADER_BYTES * 5, 431, "header_too_large"),
        (b"\x16\x03\x01 hello\r\n\r\n", 400, "bad_request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (
            b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            400,
            "bad_request",
        ),
    ],
)
def test_what_is_no_request_is_a_problem(lake: Folder, sent: bytes, status: int, code: str) -> None:
    with listening(lake, LONG) as address, connected(address) as client:
        client.sendall(sent)
        head, _, body = rest(client).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == code


REFUSED_EARLY = [
    (b"GET /" + b"a" * MOST_HEADER_BYTES * 2, "header_too_large"),
    (b"hello\r\n\r\n", "bad_request"),
    (b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9999999\r\n\r\n", "too_large"),
    (b"POST /login HTTP/1.1\r\nhost: elsewhere\r\ncontent-length: 9999999\r\n\r\n", "unknown_host"),
    (
        b"GET /livez HTTP/1.1\r\nhost: elsewhere\r\ncontent-length: 5\r\n\r\n12345hello\r\n\r\n",
        "unknown_host",
    ),
    (b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\nhello\r\n\r\n", "bad_request"),
]


@pytest.mark.parametrize(("sent", "code"), REFUSED_EARLY)
def test_a_client_that_still_sends_reads_why_it_was_refused(
    lake: Folder, sent: bytes, code: str
) -> None:
    with listening(lake, LONG) as address, connected(address) as client:
        client.sendall(sent)
        wait_for(client, code)
        for _ in range(20):
            client.sendall(b"a" * 65536)
        client.shutdown(socket.SHUT_WR)
        assert rest(client).count(f'"code":"{code}"'.encode()) == 1


@pytest.mark.parametrize("sent", [sent for sent, _ in REFUSED_EARLY[:3]])
def test_a_refused_client_that_never_ends_is_closed_in_time(lake: Folder, sent: bytes) -> None:
    with listening(lake, SHORT) as address, connected(address) as client:
        client.sendall(sent)
        for _ in range(600):
            try:
                client.sendall(b"a")
            except (BrokenPipeError, ConnectionResetError):
                break
            sleep(0.05)
        else:
            pytest.fail("30 seconds were not enough")


def test_a_client_that_reads_slowly_reads_all_of_its_last_answer() -> None:
    answer = b"a" * 30_000_000  # more than the system holds of it
    soon = timedelta(seconds=1)

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    with serve(app, server_config(app, soon)) as address, connected(address) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        sleep(1.5 * soon.total_seconds())
        assert rest(slow).partition(b"\r\n\r\n")[2] == answer


def test_a_server_that_stops_does_not_wait_for_clients(
    lake: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        with listening(lake, LONG) as address:
            client, idle, new = (stack.enter_context(connected(address)) for _ in range(3))
            client.sendall(REFUSED_EARLY[0][0])
            assert b"header_too_large" in rest(client)
            idle.sendall(b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            wait_for(idle, "alive")
        assert "timeout" not in caplog.text
        assert rest(new) == b""
        assert rest(idle).endswith(b"}")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            client.sendall(b"a" * 30_000_000)


def test_a_client_that_is_gone_when_it_is_answered_is_closed_at_once() -> None:
    transport = create_autospec(Transport, instance=True)
    transport.is_closing.return_value = False
    transport.write_eof.side_effect = OSError(ENOTCONN, "not connected")
    LingeringTransport(transport).close()
    transport.close.assert_called_once_with()
