"""An HTTP server on this machine that takes what webhooks send."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass
class Hook:
    """What a server was sent, and what it answers.

    Attributes:
        port: its port.
        answers: the status of each answer; 204 once they are used up.
        location: where a redirect leads.
        requests: the headers and the body of each request.
    """

    port: int = 0
    answers: list[int] = field(default_factory=list)
    location: str = ""
    requests: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Its address, of which the path is a secret."""
        return f"http://127.0.0.1:{self.port}/hook/secret-path"


@contextmanager
def hook() -> Iterator[Hook]:
    """Serve a hook while a block lasts."""
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.requests.append((dict(self.headers.items()), body))
            self.send_response(found.answers.pop(0) if found.answers else 204)
            if found.location:
                self.send_header("location", found.location)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_port
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield found
        finally:
            server.shutdown()
            serving.join()
