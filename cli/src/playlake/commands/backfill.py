"""`playlake backfill`: transform many raw objects at once."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from playlake.commands.backfill_options import ChosenEngine, Runs, Sources
from playlake.commands.engine_options import DEFAULT_MASTER, Master, spark_master
from playlake.commands.lake_options import DaysText
from playlake.commands.options import Compact, Lake
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.opening import open_lake
from playlake.output.backfills import screen
from playlake.output.screen import show
from playlake_backfill.chosen import Chosen
from playlake_backfill.wanted import Wanted
from playlake_engines.engine import Engine

if TYPE_CHECKING:
    from playlake_backfill.done import Report

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
    runs: Runs = None,
    sources: Sources = None,
    engine: ChosenEngine = Engine.LOCAL,
    master: Master = DEFAULT_MASTER,
    compact: Compact = True,
    lake: Lake = None,
) -> None:
    """Transform many raw objects at once, here or on Spark.

    It takes what is neither committed nor rejected, for a lake on AWS as well, and can run beside
    the service and be started again. For what a run has left in a folder, `playlake transform`
    does; for what is committed and is to be made anew, `playlake replay --overwrite`.
    """
    from playlake.lakes.backfilling import Backfilling

    here = context.ensure_object(Invocation)
    chosen = Chosen.parse(days, runs or [], sources or [])
    spark = spark_master(context, engine, master)
    opened = open_lake(here, lake)
    backfilling = Backfilling(here.project, opened)
    wanted = Wanted(opened.place, chosen, engine, spark)
    with here.working("Transforming"):
        report = backfilling.run(wanted)
    _tell(here, report, backfilling.log)
    if compact:
        compact_itself(here, opened)


def _tell(here: Invocation, report: "Report", log: Path) -> None:
    """Say what became of the raw objects.

    Raises:
        CommandError: some failed, which another attempt may commit.
    """
    for each in report.done.rejected:
        reason = each.reason.removeprefix(f"{each.key}: ")
        here.say(f"{each.key} was rejected: {reason}")
    show(here.output, *screen(report))
    if failed := report.done.failed:
        raise CommandError(
            f"{len(failed):,} of {report.chosen:,} raw objects were not transformed, such as "
            f"{failed[0].key} ({failed[0].reason}): see {log}; the same `playlake backfill` goes "
            "on with them"
        )
