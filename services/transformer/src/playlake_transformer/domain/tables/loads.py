"""`loads`: one row for each committed raw object. It is the commit mark, so it is written last."""

from __future__ import annotations

from typing import Final

from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

LOADS: Final = TableMapping(
    TABLES["loads"],
    read={},
    given=tuple(name for name in TABLES["loads"].schema.names if name not in COMMON_COLUMNS),
)
