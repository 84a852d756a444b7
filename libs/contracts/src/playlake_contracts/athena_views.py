"""Views of Athena as tables of Glue.

Athena keeps a view as Presto's definition, JSON in base64. AWS does not document the form; this is
the one in which Athena itself writes it:
https://github.com/getredash/redash/blob/master/tests/query_runner/test_athena.py
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import columns
from playlake_contracts.places import history_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playlake_contracts.tables import Table

_OPENING: Final = "/* Presto View: "
_END: Final = " */"
_CATALOG: Final = "awsdatacatalog"
# Other types of Hive have the same name in Presto.
_PRESTO_TYPES: Final[Mapping[str, str]] = MappingProxyType({"string": "varchar", "int": "integer"})


def history_view(
    table: str, database: str, compacted: str, generations: Iterable[str] = ()
) -> dict[str, Any]:
    """The view of a table of the history, as Glue's API takes a table.

    Args:
        table: the table; the view has its name.
        database: the database of the view.
        compacted: the database of the compacted tables.
        generations: the generations whose rows it has.
    """
    return _view(HISTORY_TABLES[table], database, history_rows(table, compacted, generations))


def sql_of_view(text: str) -> str:
    """The SELECT of a view, by the text that Glue has of it.

    Raises:
        ValueError: it is no text of a view of Athena.
    """
    if not text.startswith(_OPENING) or not text.endswith(_END):
        raise ValueError(f"{text[:80]!r} is no view of Athena")
    definition = json.loads(b64decode(text.removeprefix(_OPENING).removesuffix(_END)))
    return str(definition["originalSql"])


def _view(table: Table, database: str, sql: str) -> dict[str, Any]:
    described = columns(table)
    definition = {
        "originalSql": sql,
        "catalog": _CATALOG,
        "schema": database,
        "columns": [
            {"name": each["Name"], "type": _PRESTO_TYPES.get(each["Type"], each["Type"])}
            for each in described
        ],
    }
    encoded = b64encode(json.dumps(definition).encode()).decode()
    return {
        "Name": table.name,
        "Description": f"One row is {table.row_is}, as of the last compaction.",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {"Columns": described, "Location": "", "SerdeInfo": {}},
        "ViewOriginalText": f"{_OPENING}{encoded}{_END}",
        "ViewExpandedText": "/* Presto View */",
    }
