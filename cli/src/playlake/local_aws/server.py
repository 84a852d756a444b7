"""The one local AWS of a project, shared by all commands that run.

The first command starts it and the last one stops it, so none cuts another off; a server that a
killed command left behind is joined, and stopped, by the next. A server is known by the nonce that
it was started with, never by its port alone.

The server holds `server.lock` as long as it lives, every command that uses it shares `users.lock`,
and starting and stopping happen under `start.lock`. The system releases the lock of a process that
ends, however it ends.
"""

from __future__ import annotations

import fcntl
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local_aws.launcher import RECORD
from playlake.local_aws.ministack import Server, launch, stop_by_signal
from playlake.local_aws.state import keep_or_set_aside
from playlake.services.ports import listen, listen_near
from playlake.services.processes import wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from socket import socket

    from playlake.project import Project

DEFAULT_PORT = 4566
# A server that was just started writes its record first of all.
_RECORD_WITHIN = timedelta(seconds=30)
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """The record and the locks of a project's local AWS."""

    folder: Path

    @property
    def record(self) -> Path:
        """The process, the port and the nonce, written by the server itself."""
        return self.folder / RECORD

    @property
    def prepared(self) -> Path:
        """The nonce of the server whose resources are all made."""
        return self.folder / "prepared"

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

    def living(self) -> Server | None:
        """The server that lives; ask under `start_lock`.

        Raises:
            CommandError: it left no record that can be read.
        """
        deadline = time.monotonic() + _RECORD_WITHIN.total_seconds()
        while is_locked(self.server_lock):
            try:
                return Server.parse(self.record.read_text())
            except (OSError, ValueError) as error:
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"a local AWS runs, but {self.record} does not say which: end the process "
                        f"that holds {self.server_lock} and try again"
                    ) from error
            time.sleep(_POLL_SECONDS)
        return None

    def is_prepared(self, server: Server) -> bool:
        """Whether all resources of a server are made: its starter may have been killed before."""
        return self.prepared.exists() and self.prepared.read_text() == server.nonce

    def running(self) -> Server | None:
        """The server that lives and is ready for use; ask under `start_lock`.

        Raises:
            CommandError: it lives, but does not answer or left no record.
        """
        server = self.living()
        if server is None or not self.is_prepared(server):
            return None
        if server.answers():
            return server
        if not is_locked(self.server_lock):  # it has ended meanwhile
            return None
        raise CommandError(
            f"the local AWS does not answer on port {server.port}: "
            f"end it with `kill -9 {server.pid}` and try again"
        )


@contextmanager
def shared_server(
    project: Project,
    *,
    port: int | None,
    say: Callable[[str], None],
    prepare: Callable[[Server], None],
) -> Iterator[Server]:
    """Use the project's local AWS: join the one that runs, or start it.

    Args:
        project: whose local AWS.
        port: the port to start on; None is 4566, or another one when that is taken.
        say: receives each sentence that a person should read.
        prepare: makes the resources of a server that has just started, before it is joined.

    Raises:
        CommandError: it is not installed, does not start, or the port asked for is taken.
    """
    files = _files(project)
    started = None
    with ExitStack() as using:
        with locked(files.start_lock):
            server = files.running()
            if server is None:
                _end_at_once(files)  # one that lives was not prepared: its starter was killed
                listening = listen(port) if port else listen_near(DEFAULT_PORT, "local AWS", say)
                server, started = _start(project, files, listening, say, prepare)
            elif port not in {None, server.port}:
                raise CommandError(
                    f"the local AWS already runs, on port {server.port}: ask for no other port"
                )
            using.enter_context(locked(files.users_lock, shared=True))
        try:
            yield server
        finally:
            with locked(files.start_lock):
                using.close()
                _leave(files, started)


def running_server(project: Project) -> Server | None:
    """The project's local AWS, when it runs.

    Raises:
        CommandError: it runs, but does not answer or left no record.
    """
    files = _files(project)
    with locked(files.start_lock):
        return files.running()


def end_left_behind(project: Project) -> None:
    """End the local AWS that a killed command left behind; what it has not written is lost.

    Raises:
        CommandError: another command uses it.
    """
    files = _files(project)
    with locked(files.start_lock):
        if is_locked(files.users_lock):
            raise CommandError(f"another command uses the local AWS in {files.folder}: end it")
        _end_at_once(files)


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[int]:
    """Hold a lock, alone or with others who share it; waits for its turn.

    Yields the file descriptor: a child process that inherits it goes on holding the lock.
    """
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield file.fileno()


def is_locked(path: Path) -> bool:
    """Whether anybody holds a lock, shared or alone."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _files(project: Project) -> ServerFiles:
    project.aws.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ServerFiles(project.aws)


def _start(
    project: Project,
    files: ServerFiles,
    listening: socket,
    say: Callable[[str], None],
    prepare: Callable[[Server], None],
) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server and prepare it; where that fails it is killed, and its state not trusted."""
    log = project.logs / "aws.log"
    files.record.unlink(missing_ok=True)
    with listening, locked(files.server_lock) as lock:
        keep_or_set_aside(files.folder, say)
        server, process = launch(project, listening, log, holding=lock)
    try:
        wait_until(server.answers, process, "local AWS", log)
        prepare(server)
    except BaseException:
        process.kill()
        process.wait()
        raise
    files.prepared.write_text(server.nonce)
    return server, process


def _end_at_once(files: ServerFiles) -> None:
    if (server := files.living()) is not None:
        stop_by_signal(server.pid, partial(is_locked, files.server_lock), within=timedelta(0))


def _leave(files: ServerFiles, started: subprocess.Popen[bytes] | None) -> None:
    if is_locked(files.users_lock):
        return
    if (server := files.living()) is not None:
        stop_by_signal(server.pid, partial(is_locked, files.server_lock))
    if started is not None:
        started.wait()
