"""`playlake query`: SQL over the tables of the lake."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.completion import complete_query
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.lakes.queries import find_query, named_queries
from playlake.lakes.results import Result
from playlake.output.files import check_free
from playlake.output.formats import Format, one_format
from playlake.output.screen import is_terminal, show_or_write
from playlake.output.table import Field, Kind, Table, table_of

EXAMPLES = """\b
playlake query "SELECT name, total FROM playlists"
playlake query --list
playlake query --name songs --csv > songs.csv
playlake query --name songs --parquet songs.parquet
echo "SELECT name FROM tracks" | playlake query - --json
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
    limit: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="At most N rows. Default: 100 on a terminal."),
    ] = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    to_parquet: Annotated[
        Path | None,
        typer.Option("--parquet", metavar="FILE", help="Write a new Parquet file."),
    ] = None,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Run SQL over the tables of the lake.

    A lake in a folder is read by DuckDB, in this process; one on AWS through Athena.

    A row that is wider than the terminal is shown as a block of lines. Times are in UTC.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(
        csv=to_csv, json=to_json, markdown=to_markdown, parquet=to_parquet is not None
    )
    if show_list:
        _show_queries(here, chosen)
        return
    text = _chosen(here, sql, name)
    if to_parquet is not None:
        check_free(to_parquet)
    opened = open_lake(here, lake)
    with here.working("Running the query"):
        result = opened.query(text)
    if to_parquet is not None:
        _write_parquet(here, _first(result, limit), to_parquet)
        return
    if limit is None and chosen is Format.SCREEN and is_terminal(here.output):
        limit = _ROWS_SHOWN
    first = table_of(_first(result, limit))
    show_or_write(here.output, chosen, first, *_rows_left(result, limit), pages=pager)


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


def _first(result: Result, limit: int | None) -> Result:
    return Result(result.columns, result.rows[:limit])


def _rows_left(result: Result, limit: int | None) -> list[str]:
    count = len(result.rows)
    if limit is not None and count > limit:
        return [f"{count - limit:,} more rows: --limit {count} shows all"]
    return [] if count else ["No rows."]


def _write_parquet(here: Invocation, result: Result, path: Path) -> None:
    from playlake.output.parquet import write_parquet

    write_parquet(result, path)
    here.say(f"Wrote {len(result.rows):,} rows to {path}.")


def _show_queries(here: Invocation, chosen: Format) -> None:
    if chosen is Format.PARQUET:
        raise CommandError(
            "--list is no result of a query: write it by --csv, --json or --markdown"
        )
    fields = (
        Field("query", Kind.ID, 9),
        Field("what_it_answers", Kind.PROSE, 8, "what it answers"),
    )
    found = named_queries(here.project.queries).values()
    table = Table(fields, [(each.name, each.description) for each in found], drops=False)
    show_or_write(here.output, chosen, table)
