"""Transforms parts in separate processes, so that the event loop stays responsive.

Each process has an executor of its own, so that one that dies or hangs affects only the part that
it transforms. Raw zstd bytes go in and Parquet bytes come out, so the pipes carry compressed data.
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
from datetime import timedelta
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, TypeVar

from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import TransformTimeoutError, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.process import BaseProcess

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.transform import Transformed

T = TypeVar("T")


class ProcessTransforms:
    """A pool of transforming processes. A process that dies or exceeds the deadline is replaced.

    Args:
        processes: number of parts transformed at a time.
        deadline: longest time that transforming a part may take.
    """

    def __init__(self, processes: int, deadline: timedelta) -> None:
        self._deadline = deadline
        self._workers = [_Worker() for _ in range(processes)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

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
        """Transform a raw object in an idle process; see `ports.Transforms`."""
        return await self._run(key, _timed, raw, key, contents)

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read a part in an idle process; see `ports.Transforms`."""
        return await self._run(key, _held, raw, key, playlists)

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare a part in an idle process; see `ports.Transforms`."""
        return await self._run(key, _changes, raw, key, now)

    async def _run(self, key: RawKey, function: Callable[..., T], *arguments: object) -> T:
        worker = await self._idle.get()
        try:
            return await worker.run(self._deadline, key, function, *arguments)
        finally:
            self._idle.put_nowait(worker)

    def close(self) -> None:
        """End all processes, including busy ones."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process and its replacements."""

    def __init__(self) -> None:
        self.busy_since: float | None = None
        self._process: BaseProcess | None = None
        self._pool = _new_pool()

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

    async def run(
        self, deadline: timedelta, key: RawKey, function: Callable[..., T], *arguments: object
    ) -> T:
        self.busy_since = time.monotonic()
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await self.start()
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._pool, function, *arguments)
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

    def close(self) -> None:
        self._kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _replace(self) -> None:
        self._kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = _new_pool()
        self._process = None

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _new_pool() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, spawn, initializer=_initialise)


def _timed(
    raw: bytes, key: RawKey, contents: tuple[Contents, ...]
) -> tuple[Transformed, timedelta]:
    started = time.perf_counter()
    transformed = transform(raw, key, contents=contents)
    return transformed, timedelta(seconds=time.perf_counter() - started)


def _held(raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
    # Imported here, because it imports pandas, which the service itself works without.
    from playlake_transformer.domain.figures import read_held  # noqa: PLC0415

    return read_held(raw, key, playlists)


def _changes(raw: bytes, key: RawKey, now: Mapping[str, Identities]) -> dict[str, Change]:
    from playlake_transformer.domain.figures import read_changes  # noqa: PLC0415  likewise

    return read_changes(raw, key, now)


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
