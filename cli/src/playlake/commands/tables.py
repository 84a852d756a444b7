"""`playlake tables`: the tables, and how many rows each has."""

from typing import TYPE_CHECKING, Annotated

import typer

from playlake.athena import run_sql
from playlake.commands.options import Port
from playlake.completion import complete_table
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.refusals import known_tables
from playlake.rendering import plain_table, print_table
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from playlake_contracts.tables import Table

EXAMPLES = """\b
playlake tables
playlake tables playlist_items
"""


def tables(
    context: typer.Context,
    *,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", autocompletion=complete_table, help="A table, to see its columns."
        ),
    ] = None,
    port: Port = None,
) -> None:
    """Show the tables of the lake, or the columns of one."""
    from playlake_contracts.tables import TABLES

    here = context.ensure_object(Invocation)
    if name is None:
        _show_tables(here, port)
    elif table := TABLES.get(name):
        _show_columns(here, table)
    else:
        raise CommandError(f"there is no table {name}: {known_tables(name)}")


def counting_sql() -> str:
    """A query of every table's name, rows and snapshot dates."""
    # Every name in it comes from the contracts.
    counts = (
        f"SELECT '{name}' AS table_name, count(*) AS row_count, "  # noqa: S608
        f"count(DISTINCT {PARTITION_KEY}) AS day_count FROM {name}"
        for name in TABLE_NAMES
    )
    return " UNION ALL ".join(counts)


def _show_tables(here: Invocation, port: int | None) -> None:
    from playlake_contracts.tables import TABLES

    with here.local_aws(port) as aws, here.working("Counting rows"):
        counted = {name: counts for name, *counts in run_sql(aws, counting_sql()).rows}
    shown = plain_table("table", "one row is", "columns", "rows", "days")
    for table in TABLES.values():
        rows, days = counted[table.name]
        shown.add_row(table.name, table.row_is, str(len(table.schema)), f"{rows:,}", str(days))
    print_table(here.output, shown)


def _show_columns(here: Invocation, table: "Table") -> None:
    from playlake_contracts.hive import hive_type, partition_keys
    from playlake_contracts.tables import description

    here.output.print(f"One row is {table.row_is}.", highlight=False)
    here.output.print(f"Key: {', '.join(table.key)}.", highlight=False)
    shown = plain_table("column", "type", "what it holds")
    for field in table.schema:
        shown.add_row(field.name, hive_type(field.type), description(field))
    for key in partition_keys():
        shown.add_row(key["Name"], key["Type"], f"{key['Comment']} (partition)")
    print_table(here.output, shown)
