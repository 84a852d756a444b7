"""Transformers as real processes, which are killed, frozen, ended and replaced.

A process that has ended is replaced at once, as ECS does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from free_ports import choose_port

from playlake.services.ports import HOST
from playlake.services.processes import is_ready, service_command, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PROC = Path("/proc")
_TRANSFORMS = b"--multiprocessing-fork"
_ENDS_WITHIN_SECONDS = 110


class Action(StrEnum):
    """What is done to a process."""

    KILL_SERVICE = "kill -9 of the service"
    KILL_POOL = "kill -9 of a pool process"
    FREEZE_SERVICE = "SIGSTOP and SIGCONT of the service"
    FREEZE_POOL = "SIGSTOP and SIGCONT of a pool process"
    END_SERVICE = "SIGTERM"


@dataclass
class Transformer:
    """A transformer's process.

    Attributes:
        started: when it was started, by the monotonic clock.
        ready: when it first took messages; None if it has not yet.
    """

    process: subprocess.Popen[bytes]
    port: int
    started: float = field(default_factory=time.monotonic)
    ready: float | None = None

    def look(self) -> None:
        """Note when it is ready."""
        if self.ready is None and is_ready(f"http://{HOST}:{self.port}/readyz"):
            self.ready = time.monotonic()

    @property
    def pool(self) -> list[int]:
        """The ids of its processes that transform parts; on Linux."""
        return [pid for pid in children(self.process.pid) if _TRANSFORMS in _read(pid, "cmdline")]


@dataclass
class Fleet:
    """Some transformers of one queue.

    Attributes:
        environment: that of each of them, without its port.
        logs: a folder.
        command: starts one; another from then on, if it is set.
        done: how often each action was taken.
        ended: the exit statuses of those that were asked to end.
        replaced: how many have ended, for whatever reason, and were replaced.
    """

    environment: Mapping[str, str]
    logs: Path
    command: Sequence[str] = field(default_factory=lambda: service_command("transformer"))
    transformers: list[Transformer] = field(default_factory=list)
    done: Counter[Action] = field(default_factory=Counter)
    ended: list[int] = field(default_factory=list)
    replaced: int = 0
    _frozen: dict[int, float] = field(default_factory=dict)
    _ending: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.done[Action.KILL_SERVICE] + self.done[Action.KILL_POOL]

    def add(self) -> Transformer:
        """Start one more."""
        self.transformers.append(self._start())
        return self.transformers[-1]

    def act(self, action: Action, on: int, *, seconds: float = 0.0) -> bool:
        """Do something to a transformer; return False if it has no process for it.

        Args:
            action: what.
            on: its place.
            seconds: how long a freeze lasts; `tend` ends it.
        """
        process = self.transformers[on].process
        pool = self.transformers[on].pool
        if action in {Action.KILL_POOL, Action.FREEZE_POOL} and not pool:
            return False
        match action:
            case Action.KILL_SERVICE:
                process.kill()
            case Action.KILL_POOL:
                _signal(pool[0], signal.SIGKILL)
            case Action.END_SERVICE:
                process.terminate()
                self._ending.append(process)
            case Action.FREEZE_SERVICE | Action.FREEZE_POOL:
                self._freeze(process.pid if action is Action.FREEZE_SERVICE else pool[0], seconds)
        self.done[action] += 1
        return True

    def tend(self) -> None:
        """Let go on what was frozen long enough, and replace what has ended."""
        now = time.monotonic()
        for pid in [pid for pid, until in self._frozen.items() if until <= now]:
            _signal(pid, signal.SIGCONT)
            del self._frozen[pid]
        for place, each in enumerate(self.transformers):
            if each.process.pid not in self._frozen:
                each.look()
            if each.process.poll() is not None:
                close_input(each.process)
                self.transformers[place] = self._start()
                self.replaced += 1
        self.ended += [each.returncode for each in self._ending if each.poll() is not None]
        self._ending = [each for each in self._ending if each.poll() is None]

    def memory(self) -> int:
        """Bytes of memory of all services and pools together, with shared pages shared out."""
        services = [each.process.pid for each in self.transformers]
        return sum(
            map(memory_of, [*services, *(p for each in self.transformers for p in each.pool)])
        )

    def close(self) -> None:
        """End all of them, also those that are frozen."""
        for pid in self._frozen:
            _signal(pid, signal.SIGCONT)
        for each in self.transformers:
            each.process.terminate()
        for each in self.transformers:
            try:
                each.process.wait(_ENDS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                each.process.kill()
                each.process.wait()
            close_input(each.process)

    def _start(self) -> Transformer:
        port = choose_port()
        own = {**self.environment, "PLAYLAKE_HTTP_PORT": str(port)}
        log = self.logs / "transformers.log"
        # It ends if the tests are killed.
        return Transformer(start(self.command, own, log, stdin=subprocess.PIPE), port)

    def _freeze(self, pid: int, seconds: float) -> None:
        _signal(pid, signal.SIGSTOP)
        self._frozen[pid] = time.monotonic() + seconds


@contextmanager
def fleet(
    environment: Mapping[str, str], logs: Path, size: int, command: Sequence[str] | None = None
) -> Iterator[Fleet]:
    """Run so many transformers while a block lasts; the command is that of this version."""
    running = Fleet(environment, logs, command or service_command("transformer"))
    try:
        for _ in range(size):
            running.add()
        yield running
    finally:
        running.close()


def close_input(process: subprocess.Popen[bytes]) -> None:
    """Close the standard input of a process that has ended."""
    if process.stdin is not None:
        process.stdin.close()


def children(parent: int) -> list[int]:
    """The ids of the processes that a process has started; on Linux."""
    found = b" ".join(_read(parent, f"task/{task}/children") for task in _tasks(parent))
    return [int(pid) for pid in found.split()]


def memory_of(pid: int) -> int:
    """Bytes of memory of a process, each shared page as the share of it; 0 if it has ended."""
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def descriptors_of(pid: int) -> int:
    """How many descriptors a process has open."""
    return len(list((_PROC / str(pid) / "fd").iterdir()))


def _tasks(pid: int) -> list[str]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return [task.name for task in (_PROC / str(pid) / "task").iterdir()]
    return []


def _read(pid: int, name: str) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        return (_PROC / str(pid) / name).read_bytes()
    return b""


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
