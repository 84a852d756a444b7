from __future__ import annotations

from playlake_contracts.table_names import TABLE_NAMES
from playlake_contracts.tables import TABLES


def test_the_names_are_those_of_the_tables() -> None:
    assert tuple(TABLES) == TABLE_NAMES
