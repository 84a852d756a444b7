"""`playlake demo`: the whole pipeline on this machine, with no account."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Port, Source
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.sources.registry import find_source
from playlake.sources.spotify import SPOTIFY
from playlake_sandbox import FIRST_DAY, LAST_DAY, Tier

INTRODUCTION = """\
Playlake's own services run here for a simulated week. {title} is played by a stand-in with
invented music, AWS by MiniStack; no account is needed and nothing leaves this machine.
"""

EXAMPLES = """\b
playlake demo                                the whole pipeline, on this machine
playlake demo --tier newer-dev --days 3      as a newly made app sees it
"""


def demo(
    context: typer.Context,
    *,
    day_count: Annotated[
        int, typer.Option("--days", min=1, help="Simulated days up to now, one run each.")
    ] = 7,
    tier: Annotated[
        Tier, typer.Option(help="The kind of Spotify app to play; new apps are newer-dev.")
    ] = Tier.EXTENDED,
    source: Source = None,
    port: Port = None,
) -> None:
    """Run the whole pipeline over a simulated week, and ask the lake four questions.

    The services are the real ones. The source is played by a stand-in with invented music, AWS by
    MiniStack. At the end the lake is copied into a folder, as the lake `demo`; it replaces the
    lake of an earlier demonstration.
    """
    from playlake.demo.home import demo_home
    from playlake.demo.pipeline import run_pipeline
    from playlake.demo.reading import show_reading
    from playlake.demo.report import Stages
    from playlake.demo.sandbox import Played
    from playlake.demo.week import days_within

    here = context.ensure_object(Invocation)
    chosen = find_source(source)
    if chosen is not SPOTIFY and tier is not Tier.EXTENDED:
        raise CommandError(f"--tier is for Spotify's apps: leave it out for {chosen.title}")
    played = Played(chosen, tier)
    week = days_within(FIRST_DAY, LAST_DAY, day_count, datetime.now(UTC))
    stages = Stages()
    with demo_home(here.project) as home:
        here.say(INTRODUCTION.format(title=chosen.title))
        run_pipeline(here.at(home.project), week, home.new_lake, stages, played=played, port=port)
        home.put_in_place()
    stages.show(here)
    show_reading(here, home.lake, week[0].date(), chosen.stand_in.example)
