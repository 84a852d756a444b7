"""`playlake query`: SQL over the tables of the lake."""

import sys
from typing import Annotated

import typer

from playlake.athena import Result, run_sql
from playlake.commands.options import Port
from playlake.completion import complete_query
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.queries import find_query, named_queries
from playlake.rendering import as_csv, as_json, plain_table, print_rows, print_table

EXAMPLES = """\b
playlake query "SELECT name, total FROM playlists"
playlake query --list
playlake query --name songs --csv > songs.csv
echo "SELECT name FROM tracks" | playlake query - --csv
"""

_STANDARD_INPUT = "-"
_ROWS_SHOWN = 100


def query(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    sql: Annotated[
        str | None,
        typer.Argument(metavar="[SQL]", help="The query; - reads it from standard input."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", autocompletion=complete_query, help="Run a named query."),
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the named queries.")] = False,
    to_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    to_json: Annotated[bool, typer.Option("--json", help="Write a JSON array.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Show at most N rows.")
    ] = None,
    port: Port = None,
) -> None:
    """Run SQL over the tables of the lake, through Athena."""
    here = context.ensure_object(Invocation)
    if to_csv and to_json:
        raise CommandError("--csv and --json exclude each other: give one of them")
    if show_list:
        _show_queries(here)
        return
    text = _chosen(here, sql, name)
    with here.local_aws(port) as aws, here.working("Running the query"):
        result = run_sql(aws, text)
    if to_csv or to_json:
        result = Result(result.columns, result.rows[:limit])
        here.output.out(as_csv(result) if to_csv else as_json(result), highlight=False, end="")
    else:
        print_rows(here.output, result, _ROWS_SHOWN if limit is None else limit)


def _chosen(here: Invocation, sql: str | None, name: str | None) -> str:
    match sql, name:
        case str(), None:
            return _sql(here, sql)
        case None, str():
            return find_query(named_queries(here.project.queries), name).sql
    raise CommandError('give either SQL, as in playlake query "SELECT 1", or --name, or --list')


def _sql(here: Invocation, text: str) -> str:
    if text == _STANDARD_INPUT:
        return sys.stdin.read()
    if text in named_queries(here.project.queries):
        raise CommandError(f"{text} is a named query: run playlake query --name {text}")
    return text


def _show_queries(here: Invocation) -> None:
    table = plain_table("query", "what it answers")
    for found in named_queries(here.project.queries).values():
        table.add_row(found.name, found.description)
    print_table(here.output, table)
