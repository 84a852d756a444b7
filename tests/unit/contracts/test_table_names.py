from __future__ import annotations

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES
from playlake_contracts.tables import TABLES


def test_the_names_are_those_of_the_tables() -> None:
    assert tuple(TABLES) == TABLE_NAMES
    assert tuple(HISTORY_TABLES) == HISTORY_TABLE_NAMES
