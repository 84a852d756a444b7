"""Transforming in processes of their own, so that the event loop stays free.

What crosses is compressed: raw zstd bytes in, Parquet bytes out. Processes are spawned, because
a forked one inherits the threads' locks of aiohttp and pyarrow.
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
from typing import TYPE_CHECKING

from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import WorkerDiedError

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.transform import Transformed


class ProcessTransforms:
    """A pool of processes that transform; a broken pool is replaced."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._new_pool()

    async def start(self) -> None:
        """Start the processes and have them import what transforming needs."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(loop.run_in_executor(self._pool, os.getpid) for _ in range(self._processes))
        )

    async def __call__(self, raw: bytes, key: RawKey) -> tuple[Transformed, timedelta]:
        """Transform a raw object in a process; see `ports.Transforms`."""
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _timed, raw, key)
        except BrokenProcessPool as error:
            if pool is self._pool:
                self._pool = self._new_pool()
            raise WorkerDiedError(f"the process transforming {key} died") from error

    def close(self) -> None:
        """Stop the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes, multiprocessing.get_context("spawn"), initializer=_initialise
        )


def _timed(raw: bytes, key: RawKey) -> tuple[Transformed, timedelta]:
    started = time.perf_counter()
    transformed = transform(raw, key)
    return transformed, timedelta(seconds=time.perf_counter() - started)


def _initialise() -> None:
    """Leave signals to the parent, and do not outlive it should it be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
