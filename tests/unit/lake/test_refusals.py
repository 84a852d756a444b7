from __future__ import annotations

import pytest

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES
from playlake_lake.refusals import explain, known_tables

# As the local Athena said them, and for the first one as the one on AWS does.
NO_TABLE = [
    "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.playlake.trak' does not exist",
    'Catalog Error: Table with name trak does not exist!\nDid you mean "pg_enum"?\n\nLINE 1: ...',
]
NO_COLUMN = (
    'Binder Error: Referenced column "nam" not found in FROM clause!\n'
    'Candidate bindings: "name", "source"\n\n'
    "LINE 1: select nam from read_parquet(['/tmp/ministack-athena-x...\n               ^"
)


@pytest.mark.parametrize("reason", NO_TABLE)
def test_an_unknown_table_is_answered_with_the_known_ones(reason: str) -> None:
    sentence = explain(reason)
    assert sentence.startswith("there is no table trak: did you mean tracks? The tables are ")
    assert sentence.endswith(", ".join([*TABLES, *HISTORY_TABLES]))


def test_a_table_like_no_other_is_answered_with_the_known_ones() -> None:
    assert known_tables("xyz").startswith("The tables are playlists, ")


def test_a_known_table_that_the_local_athena_overlooks_is_explained() -> None:
    sentence = explain("Catalog Error: Table with name albums does not exist!")
    assert sentence.startswith("the local Athena finds albums only after FROM or JOIN")


def test_what_was_rewritten_is_not_shown() -> None:
    assert explain(NO_COLUMN) == (
        'the query was refused: Referenced column "nam" not found in FROM clause! '
        'Candidate bindings: "name", "source"'
    )
