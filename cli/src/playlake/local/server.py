"""The files by which commands agree on the one local AWS of a project.

The server holds `server.lock` for as long as it lives, every command that uses it shares
`users.lock`, and starting and stopping happen under `start.lock`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local.locks import is_locked
from playlake.ports import HOST
from playlake.processes import is_ready

if TYPE_CHECKING:
    from pathlib import Path

_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Server:
    """A running local AWS."""

    pid: int
    port: int

    @property
    def health_url(self) -> str:
        """Answers 200 when the server is ready."""
        return f"http://{HOST}:{self.port}/_ministack/health"

    @classmethod
    def parse(cls, text: str) -> Server:
        """Parse a record.

        Raises:
            ValueError: the text is no record of a process and a port.
        """
        match json.loads(text):
            case {"pid": int(pid), "port": int(port)} if pid > 1 and 0 < port <= _MAX_PORT:
                return cls(pid=pid, port=port)
        raise ValueError(f"{text[:80]!r} names no process and port")


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """The record and the locks of a project's local AWS."""

    folder: Path

    @property
    def record(self) -> Path:
        """The process and the port, written by the process that started the server."""
        return self.folder / "server.json"

    @property
    def start_lock(self) -> Path:
        """Held alone while the server is started, joined, left or stopped."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every command that uses the server."""
        return self.folder / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server itself."""
        return self.folder / "server.lock"

    def write(self, server: Server) -> None:
        """Record a server."""
        self.record.write_text(json.dumps(asdict(server)))

    def running(self) -> Server | None:
        """The project's server, when it lives; ask under `start_lock`.

        Raises:
            CommandError: it lives, but does not answer or left no record.
        """
        if not is_locked(self.server_lock):
            return None
        server = self.read()
        if not is_ready(server.health_url):
            raise CommandError(
                f"the local AWS does not answer on port {server.port}: "
                f"end it with `kill -9 {server.pid}` and try again"
            )
        return server

    def read(self) -> Server:
        """The server that was started last.

        Raises:
            CommandError: there is no record, or it is damaged.
        """
        try:
            return Server.parse(self.record.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(
                f"a local AWS runs, but {self.record} does not say which: end the process that "
                f"holds {self.server_lock} and try again"
            ) from error
