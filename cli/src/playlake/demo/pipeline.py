"""The pipeline of the demonstration: its services are started side by side, and always stopped."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.demo.extractor import Extractor, extractor
from playlake.demo.report import Stages, show_lake
from playlake.demo.sandbox import Played, Sandbox, sandbox
from playlake.demo.week import extract, wait_for_crawl
from playlake.lakes.aws import AwsLake
from playlake.lakes.folder import FolderLake
from playlake.lakes.transfer import Wanted, pull
from playlake.local_aws.backlog import wait_until_committed
from playlake.local_aws.deployment import LOCAL
from playlake.local_aws.transformer import Transformer, transformer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from playlake.invocation import Invocation
    from playlake.local_aws import LocalAws


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that runs.

    Attributes:
        aws: the local AWS.
        sandbox: the stand-in for the source.
        extractor: runs for a day when asked to.
        transformer: may still be starting.
        stop_transformer: lets it finish what it does, and stops it before the others.
    """

    aws: LocalAws
    sandbox: Sandbox
    extractor: Extractor
    transformer: Future[Transformer]
    stop_transformer: Callable[[], None]


def run_pipeline(
    here: Invocation,
    week: Sequence[datetime],
    lake: Path,
    stages: Stages,
    *,
    played: Played,
    port: int | None,
) -> None:
    """Run the pipeline over a week, show its lake, and copy the lake into a folder.

    Args:
        here: the invocation, with a home of the demonstration's own.
        week: the scheduled time of each day's run.
        lake: the folder of the new lake.
        stages: takes the time of each stage.
        played: what the stand-in plays.
        port: the port of the local AWS; None is the usual one.

    Raises:
        CommandError: a service does not do its work.
    """
    with ExitStack() as running:
        with stages.stage("start the services"):
            services = running.enter_context(_services(here, played, week[0], port))
        crawled = _fill(here, services, week, stages)
        with (
            stages.stage("query through Athena, copying the lake beside it"),
            ThreadPoolExecutor() as beside,
        ):
            copied = beside.submit(_copy, services.aws, lake, here.project.logs)
            # It registers a day after the commit marks, and ends only when it has done so.
            services.stop_transformer()
            show_lake(here, services.aws)
            copied.result()
        with stages.stage("stop the services"):
            running.close()
    here.say(f"\n{crawled}")


def _copy(aws: LocalAws, root: Path, logs: Path) -> None:
    """Copy the lake of the local AWS, in which everything is committed, into a new folder."""
    target = FolderLake.make(root, logs, synthetic=True)
    pull(AwsLake(LOCAL, aws), target, Wanted())


@contextmanager
def _services(
    here: Invocation, played: Played, now: datetime, port: int | None
) -> Iterator[Services]:
    """Start what does not wait for another side by side; the transformer goes on starting."""
    logs, inherited = here.project.logs, os.environ
    with ExitStack() as running, ThreadPoolExecutor() as beside:
        stand_in = sandbox(inherited, played, now=now, logs=logs, say=here.say)
        starting = beside.submit(running.enter_context, stand_in)
        runs = running.enter_context(extractor(inherited, logs))
        aws = running.enter_context(here.local_aws(port))
        transforming = running.enter_context(ExitStack())
        worker = transformer(inherited, aws, logs, say=here.say)
        yield Services(
            aws,
            starting.result(),
            runs,
            beside.submit(transforming.enter_context, worker),
            transforming.close,
        )


def _fill(here: Invocation, services: Services, week: Sequence[datetime], stages: Stages) -> str:
    """Fill the lake, and say what became of the crawler."""
    with stages.stage(f"extract {len(week)} days, transforming beside it"):
        playlists = services.sandbox.playlist_ids()
        for day in here.counting(week, "Taking snapshots, day by day"):
            extract(services.extractor, services.aws, services.sandbox, playlists, day)
    with stages.stage("transform the rest"), here.working("Transforming the rest"):
        worker = services.transformer.result()
        wait_until_committed(services.aws, check_alive=worker.check_alive)
    with stages.stage("trigger the crawler"), here.working("Waiting for the crawler"):
        return wait_for_crawl(worker)
