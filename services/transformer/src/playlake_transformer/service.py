"""Runs the service: the worker, its side tasks and the API, until a signal to stop.

All tasks run in one TaskGroup. If a side task fails, the whole service ends with an error, so that
the orchestrator notices and replaces it.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from playlake_transformer import __version__
from playlake_transformer.adapters.clients import open_clients
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.glue import watch_throttling
from playlake_transformer.adapters.processes import ProcessTransforms
from playlake_transformer.api.app import create_app
from playlake_transformer.api.checks import Checks
from playlake_transformer.api.server import create_server, listen
from playlake_transformer.composition import (
    build_crawler,
    build_reconciler,
    build_worker,
    patience,
)
from playlake_transformer.metric_lines import MetricLines
from playlake_transformer.status import Status
from playlake_transformer.watchdog import watch_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playlake_transformer.settings import Settings
    from playlake_transformer.worker import Worker

_log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Run the service until SIGTERM or SIGINT, then finish the messages in progress.

    Raises:
        ConfigurationError: the service cannot listen on the port.
        TimeoutError: the messages in progress took longer than `drain_seconds`.
    """
    clock = SystemClock()
    status = Status(started_at=clock.now())
    metrics = MetricLines(status, clock, settings.metrics_namespace)
    with listen(settings.http_host, settings.http_port, settings.http_socket_fd) as socket:
        async with open_clients(settings) as clients, _transforms(settings) as transforms:
            watch_throttling(clients.glue, status.note_throttle)
            crawler = build_crawler(settings, clients, status, clock)
            worker = build_worker(settings, clients, transforms, crawler, status, clock)
            reconciler = build_reconciler(settings, clients, crawler, status, clock)
            checks = Checks(status, clock, patience(settings), transforms.busy_for)
            server = create_server(create_app(checks))
            _log.info("service_started", version=__version__, port=socket.getsockname()[1])
            async with asyncio.TaskGroup() as tasks:
                api = tasks.create_task(server.serve([socket]))
                side_tasks = [
                    tasks.create_task(task)
                    for task in (crawler.run(), metrics.run(), reconciler.run(), watch_loop(status))
                ]
                await _run_until_stopped(worker, settings.drain_seconds)
                for task in side_tasks:
                    task.cancel()
                server.should_exit = True
                await api
    _log.info("service_stopped", committed=status.committed)


async def _run_until_stopped(worker: Worker, drain_seconds: float) -> None:
    """Run the worker; after a signal to stop, give it `drain_seconds` to finish."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as deadline:

        def stop() -> None:
            worker.stop()
            if deadline.when() is None:  # a second signal does not change the deadline
                deadline.reschedule(loop.time() + drain_seconds)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        await worker.run()


@asynccontextmanager
async def _transforms(settings: Settings) -> AsyncIterator[ProcessTransforms]:
    transforms = ProcessTransforms(settings.transform_processes, settings.transform_deadline)
    try:
        await transforms.start()
        yield transforms
    finally:
        transforms.close()
