"""Transforms parts in separate processes, so that the event loop stays responsive.

Each process has an executor of its own, so that one that dies or hangs fails only the part that it
transforms. The next part is in its pipe already, so that the process need not wait for the event
loop between two parts; it is sent again if the process is replaced. Raw zstd bytes go in and
Parquet bytes come out, so the pipes carry compressed data.
Processes are spawned, because a forked one would inherit locks of aiohttp's and pyarrow's threads.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from playlake_transformer.adapters.transforming import changes, held, timed
from playlake_transformer.errors import TransformTimeoutError, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.transform import Transformed

T = TypeVar("T")


# One part is transformed, one waits in the pipe.
PARTS_A_PROCESS: Final = 2


class ProcessTransforms:
    """A pool of transforming processes. A process that dies or exceeds the deadline is replaced.

    Args:
        processes: number of parts transformed at a time.
        deadline: longest time that transforming a part may take, without its time in the pipe.
    """

    def __init__(self, processes: int, deadline: timedelta) -> None:
        self._deadline = deadline
        self._workers = [_Worker() for _ in range(processes)]
        self._room = asyncio.Semaphore(processes * PARTS_A_PROCESS)

    @property
    def pids(self) -> list[int]:
        """Ids of the processes that are running."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def busy_for(self) -> timedelta:
        """How long the longest of the calls in progress takes already."""
        now = time.monotonic()
        since = (now if w.busy_since is None else w.busy_since for w in self._workers)
        return timedelta(seconds=now - min(since))

    async def start(self) -> None:
        """Start the processes and import in each what `transform` needs."""
        await asyncio.gather(*(worker.start() for worker in self._workers))

    async def __call__(
        self, raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()
    ) -> tuple[Transformed, timedelta]:
        """Transform a raw object in the process with the fewest; see `ports.Transforms`."""
        return await self._run(key, partial(timed, raw, key, contents))

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read a part in the process with the fewest; see `ports.Transforms`."""
        return await self._run(key, partial(held, raw, key, playlists))

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare a part in the process with the fewest; see `ports.Transforms`."""
        return await self._run(key, partial(changes, raw, key, now))

    async def _run(self, key: RawKey, call: Callable[[], T]) -> T:
        async with self._room:
            worker = min(self._workers, key=lambda worker: worker.parts)
            return await worker.run(key, call, self._deadline)

    def close(self) -> None:
        """End all processes, including busy ones."""
        for worker in self._workers:
            worker.close()


class _Sent(NamedTuple, Generic[T]):
    """A call about a part on its way to the process of a pool."""

    pool: ProcessPoolExecutor
    result: Future[T]


class _Worker:
    """One process and its replacements.

    Attributes:
        parts: number of parts that it has, also those that wait.
        busy_since: when it began with the part that it transforms.
    """

    def __init__(self) -> None:
        self.parts = 0
        self.busy_since: float | None = None
        self._process: BaseProcess | None = None
        self._pool = _new_pool()
        self._turn = asyncio.Lock()
        self._is_transforming = False
        self._has_forsaken = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.is_alive() else None

    async def start(self) -> None:
        """Start the process, unless it runs; wait until it answers."""
        if self._process is not None and self.pid is None:  # it died while it was idle
            self._replace()
        if self._process is None:
            others = multiprocessing.active_children()
            answer = self._pool.submit(os.getpid)
            [self._process] = set(multiprocessing.active_children()).difference(others)
            await asyncio.wrap_future(answer)

    async def run(self, key: RawKey, call: Callable[[], T], deadline: timedelta) -> T:
        """Make a call about a part after the one that the process has."""
        self.parts += 1
        ahead = self._send_ahead(call)
        try:
            async with self._turn_after(ahead):
                return await self._result(key, call, ahead, deadline)
        finally:
            self.parts -= 1

    def _send_ahead(self, call: Callable[[], T]) -> _Sent[T] | None:
        """Send a part to the process that transforms another one; None if it must be sent later."""
        try:
            return self._send(call) if self._is_transforming else None
        except BrokenProcessPool:  # the part that it transformed fails, and it is replaced
            return None

    def _send(self, call: Callable[[], T]) -> _Sent[T]:
        return _Sent(self._pool, self._pool.submit(call))

    @asynccontextmanager
    async def _turn_after(self, ahead: _Sent[T] | None) -> AsyncIterator[None]:
        """Wait until the part that was sent before has its result."""
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            self._has_forsaken |= ahead is not None
            raise
        try:
            yield
        finally:
            self._turn.release()

    async def _result(
        self, key: RawKey, call: Callable[[], T], ahead: _Sent[T] | None, deadline: timedelta
    ) -> T:
        if self._has_forsaken:  # the process may be at a part that nobody waits for
            self._replace()
        self.busy_since = time.monotonic()
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await self.start()
                sent = ahead if ahead and ahead.pool is self._pool else self._send(call)
                self._is_transforming = True
                return await asyncio.wrap_future(sent.result)
        except BrokenProcessPool as error:
            self._replace()
            raise WorkerDiedError(f"the process transforming {key} died") from error
        except TimeoutError as error:
            self._replace()
            raise TransformTimeoutError(
                f"transforming {key} took longer than {deadline.total_seconds():g} s, so its "
                "process was killed"
            ) from error
        except asyncio.CancelledError:  # nobody waits for it any more
            self._replace()
            raise
        finally:
            self.busy_since = None
            self._is_transforming = False

    def close(self) -> None:
        self._kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _replace(self) -> None:
        self._kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = _new_pool()
        self._process = None
        self._has_forsaken = False

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _new_pool() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, spawn, initializer=_initialise)


def _initialise() -> None:
    """Leave signals to the parent process, and end when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
