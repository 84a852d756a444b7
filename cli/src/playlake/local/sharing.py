"""The one local AWS of a project, shared by all commands that run.

The first starts it and the last one stops it, so none cuts another off; a server that a killed
command left behind is joined, and stopped, by the next.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local.locks import is_locked, locked
from playlake.local.ministack import end_ministack, start_ministack
from playlake.local.server import ServerFiles
from playlake.ports import announced_port, is_free

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from playlake.local.server import Server
    from playlake.project import Project

DEFAULT_PORT = 4566


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
        prepare: called with a server that has just started, before anybody else can join it.

    Raises:
        CommandError: it is not installed, does not start, or the port asked for is taken.
    """
    files = _files(project)
    started = None
    with ExitStack() as using:
        with locked(files.start_lock):
            server = files.running()
            if server is None:
                started = start_ministack(project, files, _port(port, say), prepare)
                server = files.read()
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


def _files(project: Project) -> ServerFiles:
    project.aws.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ServerFiles(project.aws)


def _port(asked: int | None, say: Callable[[str], None]) -> int:
    if asked is None:
        return announced_port(DEFAULT_PORT, "local AWS", say)
    if not is_free(asked):
        raise CommandError(f"port {asked} is taken: free it, or ask for no port")
    return asked


def _leave(files: ServerFiles, started: subprocess.Popen[bytes] | None) -> None:
    if is_locked(files.users_lock):
        return
    if is_locked(files.server_lock):
        end_ministack(files)
    if started is not None:
        started.wait()
