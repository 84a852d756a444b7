"""The tables of the model: those of the lake, and three that reports need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import QUARANTINE
from playlake_contracts.places import MARKS
from playlake_contracts.tables import DATE_COLUMN, TABLES
from playlake_warehouses.powerbi.columns import columns_of
from playlake_warehouses.powerbi.described import Column, Kind, ModelTable
from playlake_warehouses.powerbi.keys import DATES, DAY, PLAYLIST_NAMES, key_column
from playlake_warehouses.powerbi.measures import MEASURES_TABLE
from playlake_warehouses.powerbi.queries import rows_query, table_query

if TYPE_CHECKING:
    from playlake_contracts.tables import Table

# Rows of quarantine expire in the lake, and a copy in a report would not.
_LEFT_OUT: Final = frozenset({QUARANTINE})
_NAMES_QUERY: Final = """\
let
    Newest = (rows as table, column as text) as nullable text =>
        let
            Named = Table.SelectRows(rows, each Record.Field(_, column) <> null)
        in
            if Table.IsEmpty(Named) then null
            else Record.Field(Table.Max(Named, "fetched_at"), column),
    Read = {read},
    LookedFor = {looked_for},
    Seen = Table.Combine({{Read, LookedFor}}),
    Grouped = Table.Group(Seen, {{"source", "playlist_id"}}, {{
        {{"named", each Newest(_, "name"), type nullable text}},
        {{"owner_name", each Newest(_, "owner_name"), type nullable text}}}}),
    Named = Table.AddColumn(
        Grouped, "name", each if [named] = null then [playlist_id] else [named], type text),
    Chosen = Table.SelectColumns(Named, {{"source", "playlist_id", "name", "owner_name"}}),
    Keyed = Table.AddColumn(Chosen, "{key.name}", each {key.formula}, type text)
in
    Keyed"""
_DATES_QUERY: Final = """\
let
    Loads = {loads},
    Dated = Table.AddColumn(Loads, "day", each {day}, type date)[day],
    Days =
        if List.IsEmpty(Dated) then {{}}
        else List.Dates(
            List.Min(Dated),
            Duration.Days(List.Max(Dated) - List.Min(Dated)) + 1,
            #duration(1, 0, 0, 0)),
    Listed = Table.FromColumns({{Days}}, type table [day = date]),
    Years = Table.AddColumn(Listed, "year", each Date.Year([day]), Int64.Type),
    Months = Table.AddColumn(
        Years, "month",
        each Date.ToText([day], [Format = "yyyy-MM", Culture = "en-US"]), type text),
    Weeks = Table.AddColumn(Months, "week", each Date.StartOfWeek([day], Day.Monday), type date)
in
    Weeks"""


def model_tables() -> tuple[ModelTable, ...]:
    """All tables of the model, in the order of the lake's."""
    tables = (*TABLES.values(), *HISTORY_TABLES.values())
    of_lake = [_of_lake(table) for table in tables if table.name not in _LEFT_OUT]
    return (*of_lake, _playlist_names(), _dates(), _measures())


def _of_lake(table: Table) -> ModelTable:
    columns = columns_of(table)
    return ModelTable(
        table.name,
        f"One row is {table.row_is}.",
        columns,
        table_query(table.name, columns),
        is_hidden=table.name == MARKS,
    )


def _playlist_names() -> ModelTable:
    """A playlist once, with its newest name: also one that was only looked for."""
    key = key_column("playlist_key")
    columns = (
        Column("source", Kind.TEXT, "the service that the playlist comes from"),
        Column("playlist_id", Kind.TEXT, "the source's id of the playlist"),
        Column("name", Kind.TEXT, "its newest name, or its id if no name is known"),
        Column("owner_name", Kind.TEXT, "the newest display name of its owner"),
        key,
    )
    query = _NAMES_QUERY.format(
        read=_chosen("playlists", "owner_name"), looked_for=_chosen("run_outcomes"), key=key
    )
    text = "One row is a playlist, with its newest name. Filter by it."
    return ModelTable(PLAYLIST_NAMES, text, columns, query)


def _chosen(table: str, *more: str) -> str:
    wanted = ("source", "playlist_id", "name", *more, "fetched_at")
    columns = {column.name: column for column in columns_of(TABLES[table])}
    return rows_query(table, [columns[name] for name in wanted])


def _dates() -> ModelTable:
    """The days from the first to the last run."""
    columns = (
        Column(DAY, Kind.DAY, "the day, UTC", is_key=True),
        Column("year", Kind.WHOLE, "its year"),
        Column("month", Kind.TEXT, "its month, such as 2026-11"),
        Column("week", Kind.DAY, "the Monday of its week"),
    )
    loads = {column.name: column for column in columns_of(TABLES[MARKS])}
    query = _DATES_QUERY.format(
        loads=rows_query(MARKS, [loads[DATE_COLUMN]]), day=loads[DAY].formula
    )
    text = "One row is a day, from the first run to the last. Filter by it."
    return ModelTable(DATES, text, columns, query, is_dates=True)


def _measures() -> ModelTable:
    columns = (Column("nothing", Kind.TEXT, "a table needs a column", is_hidden=True),)
    return ModelTable(
        MEASURES_TABLE, "The measures.", columns, "#table(type table [nothing = text], {})"
    )
