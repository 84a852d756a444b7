"""SQL for Athena that sees whole parts, each row once, wherever it is.

The query itself gets a WITH query of each table's own name, with the rows that `places` selects. A
name without a database means the WITH query, and one with a database the table:
https://trino.io/docs/current/sql/select.html#with-clause
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_contracts.places import IN_PARTS, Places, columns_of, committed_rows
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TABLES: Final = (*TABLE_NAMES, *HISTORY_TABLE_NAMES)
_TOKEN: Final = re.compile(
    r"""(?P<nothing>--[^\n]*|/\*.*?\*/)|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\S""", re.DOTALL
)
_SELECTS: Final = frozenset({"select", "with", "values", "table", "("})
_CATALOG: Final = "awsdatacatalog"
_LINE: Final = re.compile(r"\bline (?P<number>\d+):")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a quoted name, a text or a sign of SQL, and where it stands."""

    text: str
    start: int
    end: int


def committed_only(sql: str, database: str, places: Places = IN_PARTS) -> str:
    """The query over committed rows: what it says of tables stays where it is, one line lower.

    Args:
        sql: a query. A statement of another kind, such as SHOW or EXPLAIN, stays as it is.
        database: the database of the lake.
        places: where the rows of its tables are.

    Raises:
        ValueError: a WITH query has the name of a table that the query reads.
    """
    local = _without_database(sql, database)
    tokens = list(_tokens(local))
    if not tokens or tokens[0].text not in _SELECTS:
        return sql
    opening = _opening(tokens)
    read = [name for name in _tables(tokens, opening) if not places.is_read_as_it_is(name)]
    if not read:
        return sql
    is_recursive = opening[-1:] == ["recursive"]
    shadows = ", ".join(
        _shadow(table, committed_rows(table, database, places, named=is_recursive), is_recursive)
        for table in read
    )
    start = tokens[0].start
    kept = tokens[len(opening) - 1].end if opening else start
    line = local.rfind("\n", 0, kept) + 1
    keywords, comma = " ".join(opening or ["with"]), "," if opening else ""
    return f"{local[:start]}{keywords} {shadows}{comma}\n{' ' * (kept - line)}{local[kept:]}"


def in_own_lines(reason: str) -> str:
    """What Athena says of a query of `committed_only`, with the lines of the query as given."""
    return _LINE.sub(lambda match: f"line {max(int(match['number']) - 1, 1)}:", reason)


def _tokens(sql: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sql):
        if match["nothing"] is None:
            text = match[0].lower()
            is_quoted = len(text) > 1 and text.startswith('"')
            yield _Token(text[1:-1] if is_quoted else text, match.start(), match.end())


def _without_database(sql: str, database: str) -> str:
    """The query with spaces for the database before the name of a table."""
    tokens = list(_tokens(sql))
    texts = [token.text for token in tokens]
    for at in range(2, len(tokens)):
        if texts[at] in _TABLES and texts[at - 2 : at] == [database.lower(), "."]:
            has_catalog = texts[max(at - 4, 0) : at - 2] == [_CATALOG, "."]
            start, end = tokens[at - 4 if has_catalog else at - 2].start, tokens[at].start
            sql = f"{sql[:start]}{' ' * (end - start)}{sql[end:]}"
    return sql


def _opening(tokens: Sequence[_Token]) -> list[str]:
    """The words before the WITH queries of the query itself, if it has some."""
    words = [token.text for token in tokens[:2]]
    if words[0] != "with":
        return []
    return words if words[-1] == "recursive" else ["with"]


def _tables(tokens: Sequence[_Token], opening: Sequence[str]) -> list[str]:
    """The tables that the query may read; one that is only the name of a column does no harm.

    Raises:
        ValueError: one of its WITH queries has the name of a table that it has read before.
    """
    named = {token.text for token in tokens}
    own: set[str] = set()
    before: set[str] = set()
    for name, *body in _with_queries(tokens[len(opening) :]) if opening else ():
        before.update(body)
        if name in _TABLES and name in before and name not in own:
            raise ValueError(
                f"a WITH query is named {name} as a table of the lake: give it another name"
            )
        own.add(name)
    return [name for name in _TABLES if name in named - own]


def _with_queries(tokens: Sequence[_Token]) -> Iterator[list[str]]:
    """The words of each WITH query of the outermost level; the first one is its name."""
    depth, words = 0, list[str]()
    for token in tokens:
        if depth == 0 and words and token.text in {",", *_SELECTS} - {"("}:
            yield words
            words = []
            if token.text != ",":
                return
        elif depth or token.text != ",":
            words.append(token.text)
        depth += {"(": 1, ")": -1}.get(token.text, 0)


def _shadow(table: str, rows: str, is_recursive: bool) -> str:
    """The WITH query of a table. Among recursive ones, each has to name its columns."""
    columns = f" ({', '.join(columns_of(table))})" if is_recursive else ""
    return f"{table}{columns} as ({rows})"
