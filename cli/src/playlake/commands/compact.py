"""`playlake compact`: closed days become one file a table and month."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from playlake.commands.engine_options import DEFAULT_MASTER, Master, spark_master
from playlake.commands.options import Lake, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.opening import open_compactable, open_lake
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake_engines.engine import Engine
from playlake_lake.compaction.compacted import Compacted

EXAMPLES = """\b
playlake compact
playlake compact --dry-run
playlake compact --lake s3://BUCKET
playlake compact --engine spark
"""

ChosenEngine = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="What compacts: this machine, or Spark, which is slower on one machine and makes "
        "several months and tables at a time.",
    ),
]

_MONTHS = (
    Field("month", Kind.ID, 9),
    Field("days", Kind.COUNT, 7),
    Field("parts", Kind.COUNT, 6),
    Field("rows", Kind.COUNT, 5),
    Field("bytes", Kind.COUNT, 4),
    Field("why", Kind.PROSE, 8),
    Field("state", Kind.WORD, 8),
)


def compact(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be compacted, and write nothing.")
    ] = False,
    margin: Annotated[
        float,
        typer.Option(
            min=0,
            max=8760,
            metavar="HOURS",
            help="How long a day must be over, in hours of UTC, until it is compacted.",
        ),
    ] = 6,
    engine: ChosenEngine = Engine.LOCAL,
    master: Master = DEFAULT_MASTER,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    lake: Lake = None,
) -> None:
    """Make one file a table and month of the days that are over, for faster queries.

    Every query reads these files from then on; each row stays in the lake, and is read once. The
    tables changes, memberships and timeline are made, on AWS as of now; in a folder a query adds
    what came since. A part that arrives late or is replayed opens its month again, for the next
    compaction.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    spark = spark_master(context, engine, master)
    after = timedelta(hours=margin)
    history: Sequence[str] = ()
    if dry_run:
        found = open_compactable(here, lake).plans(after)
    elif spark is not None:
        from playlake.lakes.compacting import CompactingOnSpark

        opened = CompactingOnSpark(here.project, open_lake(here, lake))
        with here.working("Compacting"):
            found, history = opened.compact(after, spark, here.say)
    else:
        compactable = open_compactable(here, lake)
        with here.working("Compacting"):
            found, history = compactable.compact(after, here.say)
    table = months_table(found, is_plan=dry_run)
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table)
    else:
        show(here.output, *screen(table, history))


def months_table(found: Sequence[Compacted], *, is_plan: bool) -> Table:
    """The months that were compacted, or would be."""
    rows = [
        (
            each.month,
            each.days,
            each.parts,
            each.rows,
            each.size,
            each.why,
            _state(each, is_plan=is_plan),
        )
        for each in found
    ]
    return Table(_MONTHS, rows)


def screen(table: Table, history: Sequence[str]) -> list[Table | str]:
    """What is shown of a compaction."""
    if not table.rows and not history:
        return ["Every day that is over is compacted."]
    made = f"Months of the history that were made: {len(history):,}."
    return [*([table] if table.rows else []), *([made] if history else [])]


def _state(found: Compacted, *, is_plan: bool) -> str:
    if is_plan:
        return "planned"
    if found.made is not None:
        return "compacted"
    return "left" if found.parts else "taken out"
