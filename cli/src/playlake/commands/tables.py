"""`playlake tables`: the tables, and how many rows each has."""

from collections.abc import Iterable
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.completion import complete_table
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind
from playlake.output.table import Table as Shown
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import hive_type, partition_keys
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES
from playlake_contracts.tables import TABLES, Table, description
from playlake_lake.refusals import known_tables
from playlake_lake.results import Result

EXAMPLES = """\b
playlake tables
playlake tables playlist_items
"""


_TABLES = (
    Field("table", Kind.ID, 9),
    Field("row_is", Kind.PROSE, 6, "one row is"),
    Field("columns", Kind.COUNT, 5),
    Field("rows", Kind.COUNT, 8),
    Field("days", Kind.COUNT, 7),
)
_COLUMNS = (
    Field("column", Kind.ID, 9),
    Field("type", Kind.WORD, 7),
    Field("holds", Kind.PROSE, 8, "what it holds"),
)


def tables(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", autocompletion=complete_table, help="A table, to see its columns."
        ),
    ] = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show the tables of the lake, or the columns of one."""
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    if name is None:
        show_or_write(here.output, chosen, _tables(here, lake), pages=pager)
    elif table := TABLES.get(name) or HISTORY_TABLES.get(name):
        _show_columns(here, table, chosen, pages=pager)
    else:
        raise CommandError(f"there is no table {name}: {known_tables(name)}")


def counting_sql(names: Iterable[str] = TABLE_NAMES) -> str:
    """A query of the name, rows and days of tables; those of the history have no days."""
    days = f"count(DISTINCT {PARTITION_KEY})"
    # Every name in it comes from the contracts.
    counts = (
        f"SELECT '{name}' AS table_name, count(*) AS row_count, "  # noqa: S608
        f"{'NULL' if name in HISTORY_TABLES else days} AS day_count FROM {name}"
        for name in names
    )
    return " UNION ALL ".join(counts)


def _tables(here: Invocation, place: str | None) -> Shown:
    opened = open_lake(here, place)
    with here.working("Counting rows"):
        return tables_table(opened.query(counting_sql((*TABLE_NAMES, *HISTORY_TABLE_NAMES))))


def tables_table(counted: Result) -> Shown:
    """The tables with what `counting_sql` finds, in the order of the contracts."""
    counts = {name: counts for name, *counts in counted.rows}
    rows = [
        (table.name, table.row_is, len(table.schema), *counts[table.name])
        for table in (*TABLES.values(), *HISTORY_TABLES.values())
    ]
    return Shown(_TABLES, rows)


def _show_columns(here: Invocation, table: Table, chosen: Format, *, pages: bool) -> None:
    rows = [(field.name, hive_type(field.type), description(field)) for field in table.schema]
    keys = partition_keys() if table.name in TABLES else []
    rows += [(key["Name"], key["Type"], f"{key['Comment']} (partition)") for key in keys]
    shown = Shown(_COLUMNS, rows, drops=False)
    if chosen is Format.SCREEN:
        meaning = (f"One row is {table.row_is}.", f"Key: {', '.join(table.key)}.")
        show(here.output, *meaning, shown, pages=pages)
    else:
        show_or_write(here.output, chosen, shown)
