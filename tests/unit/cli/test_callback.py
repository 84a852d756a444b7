"""The web server of a login, with a real client; codes and states are synthetic."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse

import pytest
from free_ports import choose_port

from playlake.errors import CommandError
from playlake.login.callback import callback_server
from playlake.services.ports import HOST

STATE = "synthetic-state"
ANSWER = f"/callback?code=AQ_x-1&state={STATE}"
SOON = timedelta(seconds=10)


def get(port: int, path: str) -> tuple[HTTPResponse, str]:
    with closing(HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response, response.read().decode()


def test_the_answer_is_handed_over_and_the_browser_sees_a_page(
    capfd: pytest.CaptureFixture[str],
) -> None:
    port = choose_port()
    with callback_server(port, STATE) as callbacks:
        response, page = get(port, ANSWER)
        assert callbacks.wait(SOON) == ANSWER
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Go back to the terminal" in page
    assert "AQ_x-1" not in page
    assert capfd.readouterr() == ("", "")


def test_a_refusal_is_an_answer_too() -> None:
    port = choose_port()
    with callback_server(port, STATE) as callbacks:
        refusal = f"/callback?error=access_denied&state={STATE}"
        assert get(port, refusal)[0].status == 200
        assert callbacks.wait(SOON) == refusal


def test_what_is_no_answer_does_not_end_the_wait() -> None:
    port = choose_port()
    with callback_server(port, STATE) as callbacks:
        assert get(port, "/favicon.ico")[0].status == 404
        assert get(port, "app://[")[0].status == 404
        assert get(port, f"/elsewhere?code=AQ&state={STATE}")[0].status == 404
        assert get(port, "/callback?code=AQ_foreign&state=other")[0].status == 400
        assert get(port, ANSWER)[0].status == 200
        assert callbacks.wait(SOON) == ANSWER


def test_only_the_first_answer_counts() -> None:
    port = choose_port()
    with callback_server(port, STATE) as callbacks:
        assert get(port, ANSWER)[0].status == 200
        assert get(port, ANSWER.replace("x-1", "x-2"))[0].status == 400
        assert callbacks.wait(SOON) == ANSWER
        with pytest.raises(CommandError):
            callbacks.wait(timedelta(0))


def test_a_connection_that_says_nothing_holds_nobody_up() -> None:
    port = choose_port()
    with (
        callback_server(port, STATE) as callbacks,
        socket.create_connection((HOST, port)),
    ):
        assert get(port, ANSWER)[0].status == 200
        assert callbacks.wait(SOON) == ANSWER


def test_a_browser_that_hangs_up_is_not_spoken_of(capfd: pytest.CaptureFixture[str]) -> None:
    port = choose_port()
    with callback_server(port, STATE) as callbacks:
        for sent in (b"", f"GET {ANSWER} HTTP/1.1\r\n\r\n".encode()):
            with socket.create_connection((HOST, port)) as browser:
                abort = struct.pack("ii", 1, 0)
                browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abort)
                browser.sendall(sent)
        get(port, ANSWER)
        assert callbacks.wait(SOON) == ANSWER
    assert capfd.readouterr() == ("", "")


def test_the_server_is_gone_afterwards() -> None:
    port = choose_port()
    with callback_server(port, STATE):
        pass
    with pytest.raises(ConnectionRefusedError):
        get(port, ANSWER)


def test_a_wait_has_an_end() -> None:
    with (
        callback_server(choose_port(), STATE) as callbacks,
        pytest.raises(CommandError, match="no answer within 0 minutes: if Spotify's page"),
    ):
        callbacks.wait(timedelta(0))


def test_a_port_that_is_taken_is_reported() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(CommandError, match=f"port {port} is in use: .* --port .* redirect URI"),
            callback_server(port, STATE),
        ):
            pass
