"""MiniStack plays AWS: a process on 127.0.0.1 that keeps its state in a folder.

It reaches no other machine, and nothing of the user's environment changes what it does.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local_aws import launcher
from playlake.services.ports import HOST, port_of
from playlake.services.processes import answer_of, start

if TYPE_CHECKING:
    import socket
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from playlake.project import Project

# It writes its state within a second; what takes longer is a query that nobody waits for.
_STOP_WITHIN = timedelta(seconds=5)
_POLL_SECONDS = 0.02
_MAX_PORT = 65535
# A port that nothing listens on: what would leave this machine through a proxy goes nowhere.
_NOWHERE = f"http://{HOST}:9"


@dataclass(frozen=True, slots=True)
class Server:
    """A running local AWS: its process, its port, and the nonce that it was started with."""

    pid: int
    port: int
    nonce: str = field(repr=False)

    def answers(self) -> bool:
        """Whether this very server answers on its port, and no other."""
        return (
            answer_of(f"http://{HOST}:{self.port}{launcher.IDENTITY_PATH}") == self.nonce.encode()
        )

    @classmethod
    def parse(cls, text: str) -> Server:
        """Parse a record.

        Raises:
            ValueError: the text is no record of a process, a port and a nonce.
        """
        match json.loads(text):
            case {"pid": int(pid), "port": int(port), "nonce": str(nonce)} if (
                pid > 1 and 0 < port <= _MAX_PORT and nonce.startswith(launcher.NONCE_PREFIX)
            ):
                return cls(pid, port, nonce)
        raise ValueError(f"{text[:80]!r} names no process, port and nonce")


def launch(
    project: Project, listening: socket.socket, log: Path, *, holding: int
) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start MiniStack with a nonce of its own; it is ready once it answers.

    Args:
        project: whose local AWS.
        listening: the socket that it serves.
        log: where it logs.
        holding: the descriptor of a lock that it holds until it ends.

    Raises:
        CommandError: its Python does not start.
    """
    (project.aws / "tmp").mkdir(exist_ok=True)
    # -P: the folder of the launcher is no place to import from.
    command = [str(project.ministack.with_name("python")), "-P", launcher.__file__]
    port, nonce = port_of(listening), launcher.NONCE_PREFIX + secrets.token_hex(16)
    environ = environment(project.aws, port) | {
        launcher.FOLDER_NAME: str(project.aws),
        launcher.NONCE_NAME: nonce,
        launcher.SOCKET_NAME: str(listening.fileno()),
    }
    try:
        process = start(command, environ, log, keep=(holding, listening.fileno()))
    except OSError as error:
        raise CommandError(f"the local AWS does not start: {error}") from error
    return Server(process.pid, port, nonce), process


def stop_by_signal(
    pid: int, is_alive: Callable[[], bool], *, within: timedelta = _STOP_WITHIN
) -> None:
    """End a server with SIGTERM, on which it writes its state, and if need be with SIGKILL.

    Args:
        pid: its process.
        is_alive: whether it has not ended yet.
        within: how long it may take to write its state; zero kills it at once.
    """
    with suppress(ProcessLookupError):
        if within:
            os.kill(pid, signal.SIGTERM)
        if not _ends(is_alive, within):
            os.kill(pid, signal.SIGKILL)
            _ends(is_alive, _STOP_WITHIN)


def environment(folder: Path, port: int) -> dict[str, str]:
    """The whole environment of MiniStack: nothing is inherited."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / launcher.STATE),
        "ATHENA_ENGINE": "duckdb",
        "LOG_LEVEL": "WARNING",
        "TZ": "UTC",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        # Its other listeners would be on all addresses, and a Docker daemon is not its to use.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder / 'no-docker.sock'}",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "NO_PROXY": f"{HOST},localhost",
    }


def _ends(is_alive: Callable[[], bool], within: timedelta) -> bool:
    deadline = time.monotonic() + within.total_seconds()
    while is_alive():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
