"""Faults of the connection, which need a socket: uvicorn serves the sandbox."""

import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from http import HTTPStatus

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]


def arm(client: httpx.Client, **rule: object) -> None:
    assert client.put("/sandbox/faults", json=[rule]).status_code == HTTPStatus.OK


def answer_over_a_socket(client: httpx.Client) -> bytes:
    address = (client.base_url.host, client.base_url.port or 80)
    headers = f"Host: {client.base_url.netloc.decode()}\r\n"
    headers += f"Authorization: {client.headers['authorization']}\r\n"
    request = f"GET /v1/me HTTP/1.1\r\n{headers}\r\n"
    with closing(socket.create_connection(address, timeout=10)) as connection:
        connection.sendall(request.encode())
        received = b""
        while more := connection.recv(65_536):
            received += more
    return received


def test_a_truncated_response_has_half_of_the_body(
    served: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    true = served.get("/v1/me")
    arm(served, kind="truncated")
    head, _, body = answer_over_a_socket(served).partition(b"\r\n\r\n")
    assert body == true.content[: len(true.content) // 2]
    assert f"content-length: {len(true.content)}".encode() in head
    assert served.get("/v1/me").content == true.content
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]


def test_a_client_reports_a_truncated_response_as_an_error(served: httpx.Client) -> None:
    arm(served, kind="truncated")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        served.get("/v1/me")


def test_a_reset_connection_has_no_response(
    served: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    arm(served, kind="reset")
    with pytest.raises(ConnectionResetError):
        answer_over_a_socket(served)
    assert served.get("/v1/me").status_code == HTTPStatus.OK
    assert served.get("/sandbox/requests").json()["GET /v1/me"] == 2
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]


def test_a_slow_response_arrives_complete_in_several_pieces(served: httpx.Client) -> None:
    true = served.get("/v1/me").content
    arm(served, kind="slow", seconds=0.2)
    begun = time.monotonic()
    with served.stream("GET", "/v1/me") as response:
        pieces = list(response.iter_raw())
    assert time.monotonic() - begun >= 0.2
    assert b"".join(pieces) == true
    assert len(pieces) > 1


def test_a_hanging_response_arrives_complete(served: httpx.Client) -> None:
    true = served.get("/v1/me").content
    arm(served, kind="hang", seconds=0.15)
    begun = time.monotonic()
    assert served.get("/v1/me").content == true
    assert time.monotonic() - begun >= 0.15


@pytest.mark.parametrize("kind", ["hang", "slow"])
def test_a_wait_ends_when_the_client_disconnects(served: httpx.Client, kind: str) -> None:
    # The fixture asserts that uvicorn stops, although the wait lasts an hour.
    arm(served, kind=kind, seconds=3_600)
    with pytest.raises(httpx.ReadTimeout):
        served.get("/v1/me", timeout=0.1)


@pytest.mark.parametrize("kind", ["reset", "truncated"])
async def test_ending_a_connection_outside_uvicorn_is_an_error(spotify: Spotify, kind: str) -> None:
    client = await spotify()
    await client.put("/sandbox/faults", json=[{"kind": kind}])
    with pytest.raises(ConnectionResetError, match="serve the sandbox with uvicorn"):
        await client.get("/v1/me")


def test_a_lost_answer_is_reset_after_the_request_is_carried_out(served: httpx.Client) -> None:
    arm(served, kind="lost")
    with pytest.raises(ConnectionResetError):
        answer_over_a_socket(served)
    arm(served, kind="lost", status=502)
    answer = served.get("/v1/me")
    assert (answer.status_code, answer.json()["error"]["message"]) == (502, "Bad Gateway")
    assert served.get("/sandbox/faults").json()[0]["applied"] == 1
