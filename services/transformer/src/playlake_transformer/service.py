"""Runs the service: the worker, its side tasks and the API, until a signal to stop.

All tasks run in one TaskGroup. If a side task fails, the whole service ends with an error, so that
the orchestrator notices and replaces it.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from playlake_transformer import __version__
from playlake_transformer.access import access_of
from playlake_transformer.adapters.clients import open_clients
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.glue import watch_throttling
from playlake_transformer.adapters.processes import ProcessTransforms
from playlake_transformer.api.checks import Checks
from playlake_transformer.api.on_demand import OnDemand
from playlake_transformer.api.process import OwnProcess
from playlake_transformer.api.server import create_server, listen
from playlake_transformer.composition import (
    Triggers,
    build_crawler,
    build_notices,
    build_reconciler,
    build_worker,
    patience,
)
from playlake_transformer.deployment import deployment_of
from playlake_transformer.idle import stop_when_idle
from playlake_transformer.metric_lines import MetricLines
from playlake_transformer.status import Status
from playlake_transformer.watchdog import watch_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from playlake_transformer.access import Access
    from playlake_transformer.settings import Settings
    from playlake_transformer.worker import Worker

_log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Run the service until SIGTERM or SIGINT, then finish the messages in progress.

    Raises:
        ConfigurationError: the service cannot listen on the port, or may not serve everybody
            there; or the names of the settings are not those of one deployment.
        TimeoutError: the messages in progress took longer than `drain_seconds`.
    """
    clock = SystemClock()
    status = Status(started_at=clock.now())
    metrics = MetricLines(status, clock, settings.metrics_namespace)
    deployment = deployment_of(settings)
    with listen(settings.http_host, settings.http_port, settings.http_socket_fd) as socket:
        address, port = socket.getsockname()[:2]
        access = access_of(settings, address)
        async with open_clients(settings) as clients, _transforms(settings) as transforms:
            watch_throttling(clients.glue, status.note_throttle)
            crawler = build_crawler(settings, clients, status, clock)
            notices = build_notices(settings, deployment, clock)
            triggers = Triggers(crawler, notices)
            worker = build_worker(settings, clients, transforms, triggers, status, clock)
            reconciler = build_reconciler(settings, clients, triggers, status, clock)
            checks = Checks(status, clock, patience(settings), transforms.busy_for)
            process = OwnProcess(checks)
            load = partial(_load, settings, deployment, access, process, clock)
            server = create_server(OnDemand(process, access, load))
            _log.info("service_started", version=__version__, port=port)
            _tell(access, settings.link_base or f"http://{address}:{port}")
            async with asyncio.TaskGroup() as tasks:
                api = tasks.create_task(server.serve([socket]))
                after = settings.stop_when_idle
                side_tasks = [
                    tasks.create_task(task)
                    for task in (
                        metrics.run(),
                        watch_loop(status),
                        *(
                            [crawler.run(), notices.run(), reconciler.run()]
                            if after is None
                            else [stop_when_idle(worker, status, clock, after)]
                        ),
                    )
                ]
                await _run_until_stopped(worker, settings.drain_seconds)
                for task in side_tasks:
                    task.cancel()
                server.should_exit = True
                await api
    _log.info("service_stopped", committed=status.committed)


def _load(*parts: Any) -> ASGIApp:  # noqa: ANN401 - those of `build_app`
    from playlake_transformer.api.app import build_app  # noqa: PLC0415 - see `on_demand`

    return build_app(*parts)


def _tell(access: Access, base: str) -> None:
    """Log the token that was made for this start: whoever reads the log may use it."""
    if access.made is not None:
        link = f"{base}{access.links.make(access.made)}"
        _log.info("sign_in", link=link, token=access.made.secret)


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
