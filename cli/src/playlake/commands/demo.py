"""`playlake demo`: the whole pipeline on this machine, with no account."""

import os
from contextlib import ExitStack
from enum import StrEnum
from typing import Annotated

import typer

from playlake.commands.options import Port
from playlake.invocation import Invocation
from playlake.local_aws.backlog import wait_until_committed

INTRODUCTION = """\
Playlake's own services run here for a simulated week. Spotify is played by a stand-in with
invented music, AWS by MiniStack; no account is needed and nothing leaves this machine.
"""

NEXT_STEPS = """\
The lake is kept. Ask it more:
  .venv/bin/playlake query --list
  .venv/bin/playlake query "SELECT name, total FROM playlists WHERE snapshot_date = '2026-11-21'"
  .venv/bin/playlake tables playlist_items
"""

EXAMPLES = """\b
playlake demo                                the whole pipeline, on this machine
playlake demo --tier newer-dev --days 3      as a newly made app sees it
"""


class Tier(StrEnum):
    """The kind of Spotify app that the stand-in takes us for."""

    EXTENDED = "extended"
    OLDER_DEV = "older-dev"
    NEWER_DEV = "newer-dev"


def demo(
    context: typer.Context,
    *,
    day_count: Annotated[
        int, typer.Option("--days", min=1, max=60, help="Simulated days, one run each.")
    ] = 7,
    tier: Annotated[
        Tier, typer.Option(help="The kind of Spotify app to play; new apps are newer-dev.")
    ] = Tier.EXTENDED,
    port: Port = None,
) -> None:
    """Run the whole pipeline over a simulated week, and ask the lake four questions.

    The services are the real ones. Spotify is played by a stand-in with invented music, AWS by
    MiniStack. The lake stays in .playlake, so that playlake query works on it afterwards.
    """
    from playlake.demo.report import Stages, show_lake
    from playlake.demo.sandbox import sandbox
    from playlake.demo.week import days, extract, wait_for_crawl
    from playlake.transformer_process import transformer

    here = context.ensure_object(Invocation)
    week = days(day_count)
    stages = Stages()
    logs, inherited = here.project.logs, os.environ
    here.say(INTRODUCTION)
    with ExitStack() as running:
        with stages.stage("start"):
            aws = running.enter_context(here.local_aws(port))
            spotify = running.enter_context(
                sandbox(inherited, tier=tier, now=week[0], logs=logs, say=here.say)
            )
            worker = running.enter_context(transformer(inherited, aws, logs, say=here.say))
        with stages.stage(f"extract {day_count} days, transforming beside it"):
            playlists = spotify.playlist_ids()
            for day in here.counting(week, "Taking snapshots, day by day"):
                extract(inherited, aws, spotify, playlists, day, logs)
        with stages.stage("transform the rest"), here.working("Transforming the rest"):
            wait_until_committed(aws, check_alive=worker.check_alive)
        with stages.stage("trigger the crawler"), here.working("Waiting for the crawler"):
            crawled = wait_for_crawl(worker)
        with stages.stage("query through Athena"):
            show_lake(here, aws)
    here.say(crawled)
    stages.show(here)
    here.say(NEXT_STEPS)
