"""`playlake iceberg sync`: Iceberg tables over the committed files of a lake."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.options import Lake, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.opening import open_iceberg
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake_iceberg.available import KEPT_RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_iceberg.sync import Synced

EXAMPLES = """\b
playlake iceberg sync
playlake iceberg sync --keep 100
playlake iceberg sync --lake s3://BUCKET
"""

_TABLES = (
    Field("table", Kind.ID, 9),
    Field("rows", Kind.COUNT, 8),
    Field("snapshots", Kind.COUNT, 7, "new snapshots"),
    Field("added", Kind.COUNT, 6, "files added"),
    Field("removed", Kind.COUNT, 5, "files removed"),
    Field("run_id", Kind.ID, 4, "newest run"),
)


class Action(StrEnum):
    """What to do."""

    SYNC = "sync"


def iceberg(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="sync.")],  # noqa: ARG001
    keep: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            metavar="RUNS",
            help="How many runs have a snapshot to travel back to.",
        ),
    ] = KEPT_RUNS,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    lake: Lake = None,
) -> None:
    """Adopt the committed files of a lake into Iceberg tables, without copying them.

    The tables are partitioned by day, and each run is a snapshot. Their catalog is
    iceberg/catalog.db in a folder, and the Glue Data Catalog on AWS. Files that are no more
    committed leave the tables; no file of the lake is changed or deleted. It can be repeated.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    opened = open_iceberg(here, lake)
    with here.working("Adopting"):
        found = opened.sync(keep, lambda _: None)
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, tables_table(found))
    else:
        show(here.output, tables_table(found), _summary(found))


def tables_table(found: "Sequence[Synced]") -> Table:
    """What was done to each table."""
    rows = [
        (each.table, each.rows, each.snapshots, each.added, each.removed, each.run_id)
        for each in found
    ]
    return Table(_TABLES, rows, elsewhere="--json")


def _summary(found: "Sequence[Synced]") -> str:
    if not any(each.snapshots for each in found):
        return "The tables have all that is committed."
    added, removed = sum(each.added for each in found), sum(each.removed for each in found)
    swept = sum(each.swept for each in found)
    more = f" Old metadata files removed: {swept:,}." if swept else ""
    return f"Files adopted: {added:,}. Files taken out: {removed:,}.{more}"
