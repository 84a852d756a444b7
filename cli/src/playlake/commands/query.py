"""`playlake query`: SQL over the tables of the lake."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.completion import complete_parameter, complete_query
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.lakes.parameters import parse_given
from playlake.lakes.queries import NamedQuery, find_query, named_queries, reads_history
from playlake.output.files import check_free
from playlake.output.formats import Format, one_format
from playlake.output.screen import is_terminal, show_or_write
from playlake.output.table import Field, Kind, Table, table_of
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.literals import NO_VALUES, Value
from playlake_lake.results import Result

EXAMPLES = """\b
playlake query "SELECT name, total FROM playlists"
playlake query --list
playlake query --name songs --csv > songs.csv
playlake query --name turnover --param since=2026-01-01
playlake query --name songs --parquet songs.parquet
echo "SELECT name FROM tracks" | playlake query - --json
"""

Given = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="NAME=VALUE",
        autocompletion=complete_parameter,
        help="A parameter of the named query. May be repeated.",
    ),
]
ToParquet = Annotated[
    Path | None,
    typer.Option("--parquet", metavar="FILE", help="Write a new Parquet file."),
]

_STANDARD_INPUT = "-"
_ROWS_SHOWN = 100
_NO_HISTORY = (
    "The history tables of {place} have no compaction yet: run `playlake compact --lake {place}`"
)


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
    given: Given = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the named queries.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="At most N rows. Default: 100 on a terminal."),
    ] = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    to_parquet: ToParquet = None,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Run SQL over the tables of the lake.

    A lake in a folder is read by DuckDB, in this process; one on AWS through Athena. Besides the
    tables of `playlake tables` there are changes, memberships and timeline, the history of each
    playlist: in a folder up to date, on AWS as of the last compaction.

    `--list` shows the parameters of the named queries. A day is written as 2026-11-20, `today`,
    `yesterday` or `7 days ago`. As a time, a day means its end.

    A row that is wider than the terminal is shown as a block of lines. Times are in UTC.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(
        csv=to_csv, json=to_json, markdown=to_markdown, parquet=to_parquet is not None
    )
    if show_list:
        _show_queries(here, chosen)
        return
    asked = _asked(here, sql, name, given or [])
    if to_parquet is not None:
        check_free(to_parquet)
    opened = open_lake(here, lake)
    if reads_history(asked.sql) and not opened.has_history():
        here.say(_NO_HISTORY.format(place=opened.place))
    with here.working("Running the query"):
        result = opened.query(asked.sql, asked.values, asked.days)
    if to_parquet is not None:
        _write_parquet(here, _first(result, limit), to_parquet)
        return
    if limit is None and chosen is Format.SCREEN and is_terminal(here.output):
        limit = _ROWS_SHOWN
    first = table_of(_first(result, limit))
    show_or_write(here.output, chosen, first, *_rows_left(result, limit), pages=pager)


class _Asked(NamedTuple):
    """A query with the values of its parameters and the days that it reads."""

    sql: str
    values: Mapping[str, Value] = NO_VALUES
    days: Days = EVERY_DAY


def _asked(here: Invocation, sql: str | None, name: str | None, given: Sequence[str]) -> _Asked:
    match sql, name:
        case str(), None:
            if given:
                raise CommandError("--param is for named queries: write the value into the SQL")
            return _Asked(_sql(here, sql))
        case None, str():
            return _named(here, find_query(named_queries(here.project.queries), name), given)
    raise CommandError('give either SQL, as in playlake query "SELECT 1", or --name, or --list')


def _named(here: Invocation, query: NamedQuery, given: Sequence[str]) -> _Asked:
    """A named query with its values; those that a person did not choose are said."""
    chosen = parse_given(given)
    values = query.bind(chosen, datetime.now(UTC))
    defaults = [f"{name}={value}" for name, value in values.items() if name not in chosen]
    if defaults:
        here.say(f"Not given, so the default: {', '.join(defaults)}")
    return _Asked(query.sql, values, query.days(values))


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
        Field("parameters", Kind.PROSE, 7),
    )
    rows = [
        (each.name, each.description, "; ".join(map(str, each.parameters)))
        for each in named_queries(here.project.queries).values()
    ]
    table = Table(fields, rows, drops=False)
    show_or_write(here.output, chosen, table)
