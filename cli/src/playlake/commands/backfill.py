"""`playlake backfill`: transform many raw objects at once."""

from typing import Annotated

import typer

from playlake.commands.lake_options import DaysText
from playlake.commands.options import Compact, Lake
from playlake.completion import complete_run
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.opening import open_lake
from playlake.output.backfills import screen
from playlake.output.screen import show
from playlake_backfill.chosen import Chosen
from playlake_backfill.wanted import Engine, Wanted

EXAMPLES = """\b
playlake backfill --days 2026-01-01..2026-11-30
playlake backfill --runs 20261121T060000Z-wrjkwl
playlake backfill --days 2025-01-01.. --lake s3://BUCKET
playlake backfill --engine spark
"""


def backfill(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    days: DaysText = None,
    runs: Annotated[
        list[str] | None,
        typer.Option(
            "--runs",
            "--run",
            metavar="RUN",
            autocompletion=complete_run,
            help="Only this run, by its id; several times for several.",
        ),
    ] = None,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--sources",
            "--source",
            metavar="SOURCE",
            help="Only this source, such as spotify; several times for several.",
        ),
    ] = None,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            help="What transforms: every core of this machine, or Spark, which is slower on one "
            "machine and grows with their number.",
        ),
    ] = Engine.LOCAL,
    master: Annotated[
        str,
        typer.Option(
            "--master",
            envvar="PLAYLAKE_SPARK_MASTER",
            metavar="URL",
            help="The master of Spark, such as spark://HOST:7077.",
        ),
    ] = "local[*]",
    compact: Compact = True,
    lake: Lake = None,
) -> None:
    """Transform many raw objects at once, here or on Spark.

    It takes what is neither committed nor rejected, for a lake on AWS as well, and can run beside
    the service and be started again. For what a run has left in a folder, `playlake transform`
    does; for what is committed and is to be made anew, `playlake replay --overwrite`.
    """
    here = context.ensure_object(Invocation)
    chosen = Chosen.parse(days, runs or [], sources or [])
    opened = open_lake(here, lake)
    from playlake.lakes.backfilling import Backfilling  # loads structlog

    backfilling = Backfilling(here.project, opened)
    wanted = Wanted(opened.place, chosen, engine, master if engine is Engine.SPARK else None)
    with here.working("Transforming"):
        report = backfilling.run(wanted)
    for each in report.done.rejected:
        reason = each.reason.removeprefix(f"{each.key}: ")
        here.say(f"{each.key} was rejected: {reason}")
    show(here.output, *screen(report))
    if failed := report.done.failed:
        raise CommandError(
            f"{len(failed):,} of {report.chosen:,} raw objects were not transformed, such as "
            f"{failed[0].key} ({failed[0].reason}): see {backfilling.log}; the same `playlake "
            "backfill` goes on with them"
        )
    if compact:
        compact_itself(here, opened)
