"""Named queries: the files of `queries/`, whose head describes them and declares parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.parameters import bind
from playlake_contracts.query_parameters import Kind, Parameter, filled, parse_head
from playlake_contracts.table_names import HISTORY_TABLE_NAMES
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.literals import literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from playlake_lake.literals import Value

# Parameters of these names and of type day are the first and the last day that a query reads.
SINCE, UNTIL = "since", "until"
# A day before every lake.
EVER = "2000-01-01"
# Parameters of these names are the id or the name of a playlist.
PLAYLISTS = ("playlist", "other")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with the name of its file, the description that opens it, and its parameters."""

    name: str
    description: str
    sql: str
    parameters: tuple[Parameter, ...] = ()

    def bind(self, given: Mapping[str, object], now: datetime) -> dict[str, Value]:
        """A value for each parameter.

        Args:
            given: values by name; the others are the defaults.
            now: the time that words such as `today` refer to.

        Raises:
            CommandError: a value is missing, malformed, or for no parameter of the query.
        """
        return bind(self.name, self.parameters, given, now)

    def days(self, values: Mapping[str, Value]) -> Days:
        """The days that the query reads. Files of other days need not even be listed."""
        bounds = [p.name for p in self.parameters if p.kind is Kind.DAY]
        first, last = (str(values[name]) if name in bounds else None for name in (SINCE, UNTIL))
        return Days(first, last) if first or last else EVERY_DAY

    def of_all_days(self) -> str:
        """The SQL of a query whose only parameter is the first day, over all days."""
        return filled(self.sql, {SINCE: literal(EVER)})


def reads_history(sql: str) -> bool:
    """Whether a query names a table of the history."""
    return not set(HISTORY_TABLE_NAMES).isdisjoint(re.findall(r"\w+", sql.lower()))


def named_queries(folder: Path) -> dict[str, NamedQuery]:
    """The queries of a folder by name, in alphabetical order."""
    files = sorted(folder.glob("*.sql"))
    return {file.stem: parse_query(file.stem, file.read_text(encoding="utf-8")) for file in files}


def parse_query(name: str, sql: str) -> NamedQuery:
    """A query with what its head says.

    Raises:
        ValueError: the head declares a parameter in another form than the documented one.
    """
    description, parameters = parse_head(sql)
    return NamedQuery(name, description, sql, parameters)


def find_query(queries: dict[str, NamedQuery], name: str) -> NamedQuery:
    """The query of a name.

    Raises:
        CommandError: there is none; the message names the nearest.
    """
    if found := queries.get(name):
        return found
    matches = get_close_matches(name, queries, n=1)
    hint = f"did you mean {matches[0]}?" if matches else "`playlake query --list` shows them"
    raise CommandError(f"there is no query named {name}: {hint}")
