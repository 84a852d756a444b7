"""`playlake compact`: closed days become one file a table and month."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from playlake.commands.options import Lake, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.compacting import Compacted
from playlake.lakes.opening import open_compactable
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table

EXAMPLES = """\b
playlake compact
playlake compact --dry-run
playlake compact --lake s3://BUCKET
"""

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
    opened = open_compactable(here, lake)
    after = timedelta(hours=margin)
    history: Sequence[str] = ()
    if dry_run:
        found = opened.plans(after)
    else:
        with here.working("Compacting"):
            found, history = opened.compact(after, here.say)
    table = months_table(found, is_plan=dry_run)
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table)
    else:
        show(here.output, *screen(table, history))


def months_table(found: Sequence[Compacted], *, is_plan: bool) -> Table:
    """The months that were compacted, or would be."""
    rows = [
        (
            each.plan.month,
            len(each.plan.days),
            len(each.plan.marks),
            each.rows,
            each.size,
            each.plan.why,
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
    if found.month is not None:
        return "compacted"
    return "left" if found.plan.marks else "taken out"
