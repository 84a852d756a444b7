"""MiniStack plays AWS: a process on 127.0.0.1 that keeps its state in a folder.

It reaches no other machine, and nothing of the user's environment changes what it does.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local.locks import is_locked, locked
from playlake.local.server import Server
from playlake.ports import HOST
from playlake.processes import start, stop, wait_until_ready

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from playlake.local.server import ServerFiles
    from playlake.project import Project

# It writes its state within a second; what takes longer is a query that nobody waits for.
_STOP_WITHIN = timedelta(seconds=5)
_POLL_SECONDS = 0.02
# A port that nothing listens on: what would leave this machine through a proxy goes nowhere.
_NOWHERE = f"http://{HOST}:9"


def start_ministack(
    project: Project, files: ServerFiles, port: int, prepare: Callable[[Server], None]
) -> subprocess.Popen[bytes]:
    """Start MiniStack, record it, and prepare it; where that fails it is stopped again.

    Raises:
        CommandError: it is not installed, or ends as it starts.
    """
    log = project.logs / "aws.log"
    process = _launch(project, files, port, log)
    try:
        server = Server(pid=process.pid, port=port)
        files.write(server)
        wait_until_ready(process, "local AWS", server.health_url, log)
        prepare(server)
    except BaseException:
        stop(process)
        raise
    return process


def end_ministack(files: ServerFiles) -> None:
    """End the server that is recorded, and wait until it has written its state."""
    pid = files.read().pid
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)  # only then does it write its state
        if not _released(files.server_lock, within=_STOP_WITHIN):
            os.kill(pid, signal.SIGKILL)


def environment(folder: Path, port: int) -> dict[str, str]:
    """The whole environment of MiniStack: nothing is inherited."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
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


def _launch(project: Project, files: ServerFiles, port: int, log: Path) -> subprocess.Popen[bytes]:
    (files.folder / "tmp").mkdir(exist_ok=True)
    files.record.unlink(missing_ok=True)
    # Athena's state is its query history, results included: it would only ever grow.
    (files.folder / "state" / "athena.json").unlink(missing_ok=True)
    with locked(files.server_lock) as lock:
        try:
            command = [str(project.ministack)]
            return start(command, environment(files.folder, port), log, keep=(lock,))
        except OSError as error:
            raise CommandError("the local AWS is not installed: run `make setup`") from error


def _released(lock: Path, *, within: timedelta) -> bool:
    deadline = time.monotonic() + within.total_seconds()
    while is_locked(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
