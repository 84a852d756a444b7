"""What Athena says of a query that it refuses, as one sentence a person can act on."""

from __future__ import annotations

import re
from difflib import get_close_matches

from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES

# The local Athena's words, and those of the one on AWS.
_NO_TABLE = re.compile(
    r"Table with name (?P<local>\S+) does not exist|"
    r"Table '(?:\w+\.)*(?P<aws>\w+)' does not exist"
)
# The local Athena shows below an empty line the query as it rewrote it, with temporary paths.
_REWRITTEN = "\n\n"
_TABLES = (*TABLE_NAMES, *HISTORY_TABLE_NAMES)
_KIND = re.compile(r"^[A-Za-z]+ Error: ")


def explain(reason: str) -> str:
    """A refusal as one sentence: what is wrong, and where it is known what to do."""
    if match := _NO_TABLE.search(reason):
        return _unknown_table(match["local"] or match["aws"])
    said = _KIND.sub("", reason.split(_REWRITTEN, maxsplit=1)[0])
    return f"the query was refused: {' '.join(said.split())}"


def known_tables(near: str) -> str:
    """Which tables there are, the one that was probably meant first."""
    matches = get_close_matches(near, _TABLES, n=1)
    hint = f"did you mean {matches[0]}? " if matches else ""
    return f"{hint}The tables are {', '.join(_TABLES)}"


def _unknown_table(name: str) -> str:
    if name in _TABLES:
        return (
            f"the local Athena finds {name} only after FROM or JOIN: write JOIN where the query "
            f"has a comma, and `playlake tables {name}` for its columns"
        )
    return f"there is no table {name}: {known_tables(name)}"
