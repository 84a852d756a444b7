import pytest

from playlake_contracts.history_tables import HISTORY_TABLES, STANDING_TABLES
from playlake_contracts.keys import GENERATION_KEY, PARTITION_KEY
from playlake_contracts.tables import (
    ADDED_COLUMNS,
    COMPACTED_TABLES,
    DATA_TABLES,
    TABLES,
    Table,
    description,
)

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)

COMMON = ["source", "run_id", "part", "snapshot_date", "fetched_at"]


@every_table
def test_every_table_starts_with_the_common_columns(table: Table) -> None:
    assert table.schema.names[: len(COMMON)] == COMMON
    assert not any(table.schema.field(name).nullable for name in COMMON)


@every_table
def test_the_key_columns_of_a_table_are_never_null(table: Table) -> None:
    assert table.key
    assert len(set(table.key)) == len(table.key)
    for name in table.key:
        assert not table.schema.field(name).nullable


@every_table
def test_no_table_has_two_columns_of_one_name(table: Table) -> None:
    assert len(set(table.schema.names)) == len(table.schema.names)


@every_table
def test_no_column_has_the_name_of_the_partition_key(table: Table) -> None:
    """pandas and pyarrow refuse a folder whose path repeats a column of its files."""
    assert PARTITION_KEY not in table.schema.names


@every_table
def test_every_column_has_a_description(table: Table) -> None:
    for field in table.schema:
        assert description(field).strip()


@every_table
def test_no_name_needs_quotes_in_any_engine(table: Table) -> None:
    for name in (table.name, *table.schema.names):
        assert name.isidentifier()
        assert name == name.lower()


def test_the_commit_mark_counts_the_rows_of_every_data_table() -> None:
    counted = {name for name in TABLES["loads"].schema.names if name.startswith("rows_")}
    assert counted == {f"rows_{table.name}" for table in DATA_TABLES} | {"rows_quarantined"}


def test_tables_are_found_by_their_names() -> None:
    assert {name: table.name for name, table in TABLES.items()} == {name: name for name in TABLES}
    assert set(TABLES) == {table.name for table in DATA_TABLES} | {"quarantine", "loads"}


@pytest.mark.parametrize("table", ADDED_COLUMNS)
def test_added_columns_are_nullable_and_the_last_ones(table: str) -> None:
    added = ADDED_COLUMNS[table]
    schema = TABLES[table].schema
    assert tuple(schema.names[-len(added) :]) == added
    assert all(schema.field(name).nullable for name in added)


every_history_table = pytest.mark.parametrize(
    "table", HISTORY_TABLES.values(), ids=lambda table: table.name
)


@every_history_table
def test_a_table_of_the_history_is_described(table: Table) -> None:
    assert all(description(field).strip() for field in table.schema)
    assert set(table.key) <= set(table.schema.names)
    for name in (table.name, *table.schema.names):
        assert name.isidentifier()
        assert name == name.lower()
    assert not {PARTITION_KEY, GENERATION_KEY} & set(table.schema.names)


def test_no_service_has_the_tables_of_the_history() -> None:
    assert not set(HISTORY_TABLES) & set(TABLES)
    assert set(STANDING_TABLES) < set(HISTORY_TABLES)


def test_rows_that_expire_are_not_compacted() -> None:
    assert set(TABLES) - set(COMPACTED_TABLES) == {"quarantine"}
