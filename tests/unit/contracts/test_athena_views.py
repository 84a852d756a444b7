"""The views of the history, as Glue has them; no Athena of AWS has run them."""

from __future__ import annotations

import json
from base64 import b64decode

import duckdb
import pytest
import sqlglot

from playlake_contracts.athena_views import history_view, sql_of_view
from playlake_contracts.history_tables import HISTORY_TABLES

GENERATIONS = [f"2026-{month}.{'0' * 32}" for month in (10, 11)]


@pytest.mark.parametrize("name", HISTORY_TABLES)
def test_a_view_has_the_rows_of_its_generations(name: str) -> None:
    columns = HISTORY_TABLES[name].schema.names
    view = history_view(name, "lake", "lake_compacted", GENERATIONS)
    with duckdb.connect() as duck:
        duck.execute("create schema lake_compacted")
        declared = ", ".join(f"{column} varchar" for column in (*columns, "generation"))
        duck.execute(f"create table lake_compacted.{name} ({declared})")
        for generation in (*GENERATIONS, "2026-11.old", "none"):
            duck.execute(
                f"insert into lake_compacted.{name} (source, generation) values (?, ?)",
                [generation] * 2,
            )
        found = duck.execute(sql_of_view(view["ViewOriginalText"]))
        assert [column for column, *_ in found.description or ()] == columns
        assert sorted(row[0] for row in found.fetchall()) == GENERATIONS


@pytest.mark.parametrize("name", HISTORY_TABLES)
def test_a_view_before_the_first_compaction_reads_a_generation_that_there_is_not(
    name: str,
) -> None:
    sql = sql_of_view(history_view(name, "lake", "lake_compacted")["ViewOriginalText"])
    assert sql.endswith(f'from "lake_compacted"."{name}" where generation in (\'none\')')


@pytest.mark.parametrize("name", HISTORY_TABLES)
def test_a_view_is_what_athena_writes(name: str) -> None:
    view = history_view(name, "lake", "lake_compacted", GENERATIONS)
    assert (view["Name"], view["TableType"]) == (name, "VIRTUAL_VIEW")
    assert view["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    text = view["ViewOriginalText"]
    definition = json.loads(b64decode(text.removeprefix("/* Presto View: ").removesuffix(" */")))
    assert (definition["catalog"], definition["schema"]) == ("awsdatacatalog", "lake")
    declared = view["StorageDescriptor"]["Columns"]
    assert [column["name"] for column in definition["columns"]] == [
        column["Name"] for column in declared
    ]
    assert {column["type"] for column in definition["columns"]} <= {
        "varchar", "integer", "boolean", "timestamp"
    }  # fmt: skip
    assert all(0 < len(column["Comment"]) <= 255 for column in declared)
    for dialect in ("trino", "athena"):
        (statement,) = sqlglot.parse(sql_of_view(text), read=dialect)
        assert statement is not None


def test_the_view_of_ten_years_fits_into_glue() -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html"""
    many = [f"{year}-{month:02}.{'0' * 32}" for year in range(10) for month in range(1, 13)]
    assert len(history_view("changes", "lake", "c", many)["ViewOriginalText"]) < 409_600


@pytest.mark.parametrize("text", ["", "select 1", "/* Presto View */"])
def test_another_text_is_no_view(text: str) -> None:
    with pytest.raises(ValueError, match="is no view"):
        sql_of_view(text)
