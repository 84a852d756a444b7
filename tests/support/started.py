"""Processes that tests start: they get default signals, and none outlives the tests."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playlake.local_aws.server import ServerFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.project import Project

_PROC = Path("/proc")
# Of Linux: a process whose parent has died becomes a child of the caller, not of init.
_PR_SET_CHILD_SUBREAPER = 36
# Belongs to the Python that started it, and ends with it.
_PYTHONS_OWN = "multiprocessing.resource_tracker"


@contextmanager
def playlake(project: Project, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command for a project; it and the project's local AWS are killed with the block."""
    command = [sys.executable, "-m", "playlake", *arguments]
    environment = {**os.environ, "PLAYLAKE_HOME": str(project.home)}
    try:
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        kill_local_aws(project)


def kill_local_aws(project: Project) -> None:
    """Kill the local AWS of a project, if one runs."""
    files = ServerFiles(project.aws)
    if project.aws.exists() and (server := files.living()) is not None:
        with suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGKILL)


def give_children_default_signals() -> None:
    """Let programs that this process starts get the signals that it ignores itself.

    A shell starts background jobs with SIGINT ignored, nohup ignores SIGHUP, and a program that
    is started inherits that. A handler that does nothing ignores the signal as well, and is not
    inherited.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose parent dies; on Linux, elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants() -> list[str]:
    """Kill every process that this one has started, directly or not: their command lines.

    On Linux; elsewhere it finds none.
    """
    killed = []
    while found := [pid for pid in _descendants(os.getpid()) if _PYTHONS_OWN not in _command(pid)]:
        killed += [_command(pid) for pid in found]
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with suppress(ChildProcessError):  # its parent is another one, which is killed as well
                os.waitpid(pid, 0)
    return killed


def _descendants(ancestor: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in _PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # pid (name) state parent ...: the name may hold anything.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(int(stat.parent.name))
    found = list(children.get(ancestor, ()))
    for pid in found:
        found += children.get(pid, ())
    return found


def _command(pid: int) -> str:
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ").strip()
    return ""
