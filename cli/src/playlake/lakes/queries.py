"""Named queries: the files of `queries/`, each opening with comment lines that describe it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

_COMMENT = "--"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with the name of its file and the description that opens it."""

    name: str
    description: str
    sql: str


def named_queries(folder: Path) -> dict[str, NamedQuery]:
    """The queries of a folder by name, in alphabetical order."""
    files = sorted(folder.glob("*.sql"))
    return {file.stem: parse_query(file.stem, file.read_text(encoding="utf-8")) for file in files}


def parse_query(name: str, sql: str) -> NamedQuery:
    """A query whose description is its leading comment lines, joined."""
    lines = takewhile(lambda line: line.startswith(_COMMENT), sql.splitlines())
    description = " ".join(line.removeprefix(_COMMENT).strip() for line in lines)
    return NamedQuery(name, description.strip(), sql)


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
