"""Serves the redirect URI on this machine until Spotify's answer to one login arrives."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from queue import Empty, Queue
from socketserver import ThreadingTCPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from playlake.errors import CommandError
from playlake.login.authorization import CALLBACK_PATH, has_state
from playlake.services.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Playlake</title>
<p>{text}</p>
</html>
"""
_RECEIVED = "Playlake has Spotify's answer. Go back to the terminal; this page may be closed."
_FOREIGN = "This is not the answer that Playlake waits for. Go back to the terminal."
_STOP_POLL_SECONDS = 0.05


class NoCallbackError(CommandError):
    """No answer arrived in time; the user may still paste it."""


class Callbacks:
    """Takes one answer to the login with a state."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._taken = Lock()
        self._answers: Queue[str] = Queue()

    def takes(self, path: str) -> bool:
        """Whether a path with its query is the first answer to this login."""
        is_ours = _is_callback(path) and has_state(path, self._state)
        return is_ours and self._taken.acquire(blocking=False)

    def hand_over(self, path: str) -> None:
        """Pass the answer to `wait`."""
        self._answers.put(path)

    def wait(self, within: timedelta) -> str:
        """Wait for the answer, and return its path with its query.

        Raises:
            NoCallbackError: none arrived in time.
        """
        try:
            return self._answers.get(timeout=within.total_seconds())
        except Empty:
            raise NoCallbackError(
                f"there was no answer within {within.total_seconds() / 60:g} minutes: if "
                "Spotify's page showed an invalid client or redirect URI, correct the client "
                "id or register the redirect URI, and run the same command again"
            ) from None


@contextmanager
def callback_server(port: int, state: str) -> Iterator[Callbacks]:
    """Serve the callback on a port of 127.0.0.1 while a block lasts.

    Raises:
        CommandError: the port is taken.
    """
    callbacks = Callbacks(state)
    with _listen(port, callbacks) as server:
        serving = Thread(target=server.serve_forever, args=(_STOP_POLL_SECONDS,), daemon=True)
        serving.start()
        try:
            yield callbacks
        finally:
            server.shutdown()
            serving.join()


class _Server(ThreadingTCPServer):
    # Browsers open connections without sending a request, so each connection has its own thread.
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as its base
        """Print no error when a browser hangs up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    timeout: ClassVar[int | None] = 10

    def __init__(self, callbacks: Callbacks, *connection: Any) -> None:  # noqa: ANN401  as its base
        self._callbacks = callbacks
        super().__init__(*connection)

    def do_GET(self) -> None:
        is_answer = self._callbacks.takes(self.path)
        # The answer counts even if the browser hangs up.
        with suppress(ConnectionError):
            self._show(*((HTTPStatus.OK, _RECEIVED) if is_answer else _refused(self.path)))
        if is_answer:
            self._callbacks.hand_over(self.path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Log nothing, because the path contains the code."""

    def _show(self, status: HTTPStatus, text: str) -> None:
        page = _PAGE.format(text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)


def _refused(path: str) -> tuple[HTTPStatus, str]:
    return HTTPStatus.BAD_REQUEST if _is_callback(path) else HTTPStatus.NOT_FOUND, _FOREIGN


def _is_callback(path: str) -> bool:
    try:
        return urlsplit(path).path == CALLBACK_PATH
    except ValueError:  # such as an unclosed bracket
        return False


def _listen(port: int, callbacks: Callbacks) -> _Server:
    try:
        return _Server((HOST, port), partial(_Handler, callbacks))
    except OSError as error:
        raise CommandError(
            f"port {port} is in use: free it, or choose another with --port and register its "
            "redirect URI with the app as well"
        ) from error
