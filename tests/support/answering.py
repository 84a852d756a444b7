"""A foreign HTTP server, such as another program may run on a port that we prefer."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from playlake.services.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering(body: bytes, asked: list[str] | None = None) -> Iterator[int]:
    """Answer every GET with 200 and a body while a block lasts: the port.

    Args:
        body: of every answer.
        asked: gets the path of each request.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
            """Log nothing."""

    with HTTPServer((HOST, 0), Handler) as server:
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            serving.join()
