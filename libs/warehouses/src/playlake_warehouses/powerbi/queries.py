"""The M queries that give the rows of the model's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.places import MARKS, committed_rows
from playlake_contracts.tables import ADDED_COLUMNS
from playlake_warehouses.powerbi.described import Kind
from playlake_warehouses.powerbi.functions import DATABASE
from playlake_warehouses.powerbi.m_text import m_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_warehouses.powerbi.described import Column


def table_query(table: str, columns: Sequence[Column]) -> str:
    """The query of a table of the lake: its rows, and the columns that the model adds to them."""
    own = [column for column in columns if column.formula is None]
    steps = [("Rows", rows_query(table, own))]
    for column in columns:
        if column.formula is not None:
            call = (
                f"Table.AddColumn({steps[-1][0]}, {m_text(column.name)}, "
                f"each {column.formula}, {column.kind.m})"
            )
            steps.append((f"With_{column.name}", call))
    body = ",\n".join(f"    {name} = {value}" for name, value in steps)
    return f"let\n{body}\nin\n    {steps[-1][0]}"


def rows_query(table: str, columns: Sequence[Column]) -> str:
    """The call that gives the rows of a table with some of its own columns."""
    typed = _listed(f"{{{m_text(column.name)}, {column.kind.m}}}" for column in columns)
    times = _listed(m_text(column.name) for column in columns if column.kind is Kind.TIME)
    sql = m_text(sql_of(table))
    if table in HISTORY_TABLES:
        return f"HistoryRows({m_text(table)}, {typed}, {times}, {sql})"
    names = {column.name for column in columns}
    added = _listed(m_text(name) for name in ADDED_COLUMNS.get(table, ()) if name in names)
    return f"CommittedRows({m_text(table)}, {typed}, {times}, {added}, {sql})"


def sql_of(table: str) -> str:
    """The SQL of Athena and Snowflake that gives the committed rows of a table."""
    if table in HISTORY_TABLES or table == MARKS:
        return f'select * from "{DATABASE}"."{table}"'  # noqa: S608 - names of the contracts
    return committed_rows(table, DATABASE)


def _listed(items: Iterable[str]) -> str:
    return f"{{{', '.join(items)}}}"
