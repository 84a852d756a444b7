"""The examples of docs/readers.md, run as they stand. All data is synthetic.

The lake has a part without a commit mark: a reader that does not hide it has too many rows.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import jinja2
import pandas as pd
import pytest
import sqlglot
import yaml
from aws_lakes import upload
from historical_lakes import commit_run, read
from iceberg_tables import synced
from landed import entry

from playlake_contracts.keys import table_prefix
from playlake_contracts.tables import TABLES
from playlake_iceberg.sqlite_catalog import in_folder
from playlake_lake.tables import query
from playlake_warehouses.dbt import dbt_sources

if TYPE_CHECKING:
    from playlake.lakes.aws import AwsLake
    from playlake_lake.folder import Folder

PAGE = Path(__file__).resolve().parents[3] / "docs" / "readers.md"
EXAMPLE = re.compile(r"^```(?P<language>python|sql)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
SECTIONS = ("DuckDB", "polars", "pandas", "pyarrow", "Iceberg")


def examples(section: str) -> list[tuple[str, str]]:
    """The language and the text of each example of a section of the page."""
    (text,) = [
        found.partition("\n")[2]
        for found in PAGE.read_text(encoding="utf-8").split("\n## ")
        if found.startswith(f"{section}\n")
    ]
    return [(each["language"], each["text"]) for each in EXAMPLE.finditer(text)]


@pytest.fixture
def torn(full: Folder) -> Folder:
    """The lake of two days, and a run of a third day that has files and no commit mark."""
    at = datetime(2026, 11, 22, 6, tzinfo=UTC)
    commit_run(full, at, [read("p", [entry(1), entry(2)])], has_marks=False)
    return full


def expected(folder: Folder, where: str = "true") -> Counter[tuple[Any, ...]]:
    sql = f"SELECT run_id, playlist_id, position, name FROM playlist_items WHERE {where}"
    return Counter(query(folder, sql).rows)


def found(items: Any) -> Counter[tuple[Any, ...]]:  # noqa: ANN401 - a table of any library
    frame = items if isinstance(items, pd.DataFrame) else items.to_pandas()
    rows = frame[["run_id", "playlist_id", "position", "name"]].astype(object)
    return Counter(rows.where(rows.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("section", "number"),
    [(section, number) for section in SECTIONS for number in range(len(examples(section)))],
)
def test_the_example_reads_the_committed_rows_and_no_others(
    torn: Folder, monkeypatch: pytest.MonkeyPatch, section: str, number: int
) -> None:
    if section == "Iceberg":
        synced(in_folder(torn))
    monkeypatch.chdir(torn.root)
    language, text = examples(section)[number]
    assert language == "python"
    names: dict[str, Any] = {}
    exec(compile(text, f"{PAGE.name}: {section}", "exec"), names)  # noqa: S102 - our own page
    assert found(names["items"]) == expected(torn)
    assert expected(torn).total() == 7


def test_every_section_with_an_example_is_run() -> None:
    sections = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {each for each in sections if examples(each)} == {*SECTIONS, "Athena", "dbt"}


def asked(lake: AwsLake, sql: str) -> list[tuple[str | None, ...]]:
    """The rows of a query as Athena gives them to anybody: texts, without a change of the SQL."""
    athena, database = lake.athena, lake.database
    started = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": database.name},
        ResultConfiguration={"OutputLocation": database.results_location},
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        if status["State"] not in {"QUEUED", "RUNNING"}:
            break
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in rows[1:]]


def test_the_sql_for_athena_reads_the_committed_rows_there(torn: Folder, on_aws: AwsLake) -> None:
    ((_, sql),) = examples("Athena")
    assert sqlglot.parse_one(sql, dialect="athena").find(sqlglot.exp.Exists)
    upload(on_aws, torn)
    committed = expected(torn, "day = '2026-11-21'").elements()
    texts = [(row[1], str(row[2]), row[3]) for row in committed]
    assert sorted(asked(on_aws, sql)) == sorted(texts)
    other = sql.replace("2026-11-21", "2026-11-22")
    assert asked(on_aws, other) == []
    assert len(asked(on_aws, re.sub(r"AND EXISTS.*", "", other, flags=re.DOTALL))) == 2


@pytest.fixture
def bare(torn: Folder) -> duckdb.DuckDBPyConnection:
    """A database whose tables are all files of the lake, committed or not."""
    duck = duckdb.connect()
    duck.execute("CREATE SCHEMA playlake")
    for name in TABLES:
        files = torn.root / table_prefix(name) / "**" / "*.parquet"
        if list((torn.root / table_prefix(name)).rglob("*.parquet")):
            duck.execute(
                f"CREATE VIEW playlake.{name} AS FROM read_parquet('{files}', union_by_name = true)"
            )
    return duck


def test_the_model_of_dbt_hides_what_is_not_committed(
    torn: Folder, bare: duckdb.DuckDBPyConnection
) -> None:
    ((_, model),) = examples("dbt")
    declared = {table["name"] for table in yaml.safe_load(dbt_sources())["sources"][0]["tables"]}

    def source(name: str, table: str) -> str:
        assert (name, table in declared) == ("playlake", True)
        return f"{name}.{table}"

    sql = jinja2.Environment(autoescape=False).from_string(model).render(source=source)  # noqa: S701
    assert found(bare.sql(sql).to_arrow_table()) == expected(torn)
    assert bare.sql("FROM playlake.playlist_items").to_arrow_table().num_rows == 9


def test_the_sources_of_dbt_are_the_tables_with_their_columns() -> None:
    declared = yaml.safe_load(dbt_sources())
    assert (declared["version"], len(declared["sources"])) == (2, 1)
    tables = {table["name"]: table for table in declared["sources"][0]["tables"]}
    assert list(tables) == list(TABLES)
    for name, table in TABLES.items():
        columns = tables[name]["columns"]
        assert [each["name"] for each in columns] == [*table.schema.names, "day"]
        assert all(each["description"] and each["data_type"] for each in columns)
        required = [each["name"] for each in columns if "not_null" in each.get("data_tests", ())]
        assert required == [field.name for field in table.schema if not field.nullable]
