"""The SQL for Snowflake says what the contracts say, and sqlglot parses all of it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot
from sqlglot import exp

from playlake_contracts.places import MARKS, columns_of
from playlake_contracts.tables import ADDED_COLUMNS, TABLES
from playlake_warehouses.snowflake import SCRIPTS, Attachment
from playlake_warehouses.snowflake.columns import (
    FILE_COLUMNS,
    LOADED_TABLES,
    counting_column,
    literal,
    snowflake_type,
)
from playlake_warehouses.snowflake.identifiers import RESERVED
from playlake_warehouses.snowflake.layout import statements
from playlake_warehouses.snowflake.parquet_direct import TableFormat, parquet_direct

if TYPE_CHECKING:
    from playlake_contracts.tables import Table

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "warehouses" / "snowflake"
FILLED = Attachment(
    bucket="playlake-curated-123456789012-eu-central-1",
    role_arn="arn:aws:iam::123456789012:role/playlake-snowflake-eu-central-1",
    external_id="synthetic-external-id",
    region="eu-central-1",
    database="music",
    schema="shown",
    landing_schema="arrived",
)
SNOWPIPE = list(statements(SCRIPTS["snowpipe"].make(FILLED)))
TEXTS = {name: script.make(FILLED) for name, script in SCRIPTS.items()}
TEXTS["parquet-direct without day"] = parquet_direct(FILLED, TableFormat.NONE)
# sqlglot knows that there are such statements, and not what is in them.
OPAQUE = re.compile(
    r"(CREATE (OR REPLACE )?(STORAGE INTEGRATION|CATALOG INTEGRATION|EXTERNAL VOLUME|PIPE|TASK)"
    r"|ALTER (PIPE|TASK)|DESC|SHOW)\b"
)
every_table = pytest.mark.parametrize("table", LOADED_TABLES, ids=lambda table: table.name)


def parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="snowflake", error_level=sqlglot.ErrorLevel.RAISE)


def created(kind: str, name: str) -> exp.Expr:
    """The one statement that creates something of a name."""
    pattern = rf"CREATE (OR REPLACE )?{kind} (IF NOT EXISTS )?{re.escape(name)}\s"
    (found,) = (one for one in SNOWPIPE if re.match(pattern, one))
    return parsed(found)


def inner(kind: str, name: str) -> exp.Expr:
    """What a pipe or a task runs."""
    pattern = rf"CREATE (OR REPLACE )?{kind} (IF NOT EXISTS )?{re.escape(name)}\s"
    (found,) = (one for one in SNOWPIPE if re.match(pattern, one))
    return parsed(found.partition("\nAS\n")[2])


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_committed_file_is_what_the_code_makes(script: Any) -> None:  # noqa: ANN401
    spec = importlib.util.spec_from_file_location("sql", ROOT / "scripts" / "snowflake_sql.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (FOLDER / script.file_name).read_text(encoding="utf-8")
    assert written == module.files()[script.file_name], "run make docs"
    assert {path.name for path in FOLDER.iterdir()} == set(module.files())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_statement_is_parsed(text: str) -> None:
    found = list(statements(text))
    assert len(found) > 5
    for statement in found:
        opaque = isinstance(parsed_or_command(statement), exp.Command)
        assert opaque <= bool(OPAQUE.match(statement)), statement


def parsed_or_command(statement: str) -> exp.Expr:
    # Warnings are errors here, and sqlglot warns of what it does not look into.
    if OPAQUE.match(statement):
        return exp.Command(this=statement)
    return parsed(statement)


@every_table
def test_a_landing_table_has_the_columns_of_the_files_in_the_types_of_snowflake(
    table: Table,
) -> None:
    schema = created("TABLE", f"music.arrived.{table.name}").this
    found = {column.name.lower(): column for column in schema.expressions}
    wanted = {field.name: snowflake_type(field.type) for field in table.schema}
    wanted |= {column.name: column.type for column in FILE_COLUMNS}
    assert list(found) == list(wanted)
    for name, kind in wanted.items():
        assert found[name].kind == exp.DataType.build(kind, dialect="snowflake"), name
    needed = {name for name, column in found.items() if is_not_null(column)}
    assert needed == {field.name for field in table.schema if not field.nullable}


def is_not_null(column: exp.Expr) -> bool:
    return column.find(exp.NotNullColumnConstraint) is not None


def test_times_keep_their_moment_and_numbers_their_size() -> None:
    found = {field.name: snowflake_type(field.type) for field in TABLES["albums"].schema}
    assert found["fetched_at"] == "TIMESTAMP_LTZ(6)"
    assert found["release_date"] == "DATE"
    assert found["total_tracks"] == "NUMBER(10, 0)"
    assert snowflake_type(TABLES["tracks"].schema.field("duration_ms").type) == "NUMBER(19, 0)"
    daily = TABLES["playlist_daily"].schema
    assert snowflake_type(daily.field("explicit_share").type) == "FLOAT"
    assert snowflake_type(TABLES["tracks"].schema.field("is_explicit").type) == "BOOLEAN"


@every_table
def test_no_column_has_the_name_of_one_that_says_where_a_row_is_from(table: Table) -> None:
    assert not set(table.schema.names) & {column.name for column in FILE_COLUMNS}


def test_a_column_with_a_reserved_name_is_quoted_wherever_it_is_named() -> None:
    reserved = {
        field.name
        for table in LOADED_TABLES
        for field in table.schema
        if field.name.upper() in RESERVED
    }
    assert reserved == {"account", "trigger"}
    for text in TEXTS.values():
        code = re.sub(r"'(?:[^']|'')*'", "", "\n".join(statements(text)))
        unquoted = rf'(?<!")\b(?:{"|".join(reserved)})\b'
        assert not re.search(unquoted, code, re.IGNORECASE)


def test_tables_that_a_version_before_had_get_the_columns_that_came_later() -> None:
    found = [one for one in SNOWPIPE if one.startswith("ALTER TABLE")]
    added = {
        (parsed(one).this.name, parsed(one).args["actions"][0].this.name.lower()) for one in found
    }
    assert added == {(table, name) for table, names in ADDED_COLUMNS.items() for name in names}
    assert all("ADD COLUMN IF NOT EXISTS" in one for one in found)


@every_table
def test_a_pipe_loads_the_folder_of_its_table_by_the_names_of_columns(table: Table) -> None:
    copy = inner("PIPE", f"music.arrived.load_{table.name}")
    assert isinstance(copy, exp.Copy)
    assert copy.this.name == table.name
    text = copy.sql(dialect="snowflake")
    assert f"@music.arrived.curated/{table.name}/" in text
    assert "MATCH_BY_COLUMN_NAME" in text
    options = {param.this.name for param in copy.args["params"]}
    assert options == {"FILE_FORMAT", "MATCH_BY_COLUMN_NAME", "INCLUDE_METADATA"}


def test_a_pipe_is_never_replaced_because_it_would_load_everything_again() -> None:
    pipes = [one for one in SNOWPIPE if " PIPE " in one.partition("\n")[0] and "CREATE" in one]
    assert len(pipes) == len(LOADED_TABLES)
    assert all(one.startswith("CREATE PIPE IF NOT EXISTS") for one in pipes)
    assert all("AUTO_INGEST = TRUE" in one for one in pipes)


@every_table
def test_a_view_has_the_columns_that_queries_of_playlake_see(table: Table) -> None:
    view = created("VIEW", f"music.shown.{table.name}")
    assert [column.alias_or_name.lower() for column in view.expression.selects] == columns_of(
        table.name
    )
    read = {column.name for one in view.expression.selects for column in one.find_all(exp.Column)}
    assert {name.lower() for name in read} == set(table.schema.names)
    marked = view.expression.find(exp.Exists) is not None
    assert marked == (table.name != MARKS)


@every_table
def test_who_may_read_a_view_may_read_it_after_it_is_made_anew(table: Table) -> None:
    view = created("VIEW", f"music.shown.{table.name}")
    assert view.find(exp.CopyGrantsProperty) is not None


@every_table
def test_the_marks_count_the_rows_of_every_table_that_is_loaded(table: Table) -> None:
    counting = counting_column(table)
    assert (counting is None) == (table.name == MARKS)
    assert counting is None or counting in TABLES[MARKS].schema.names


@every_table
def test_a_task_deletes_rows_of_its_table_and_nothing_else(table: Table) -> None:
    delete = inner("TASK", f"music.arrived.tidy_{table.name}")
    assert isinstance(delete, exp.Delete)
    assert {one.name for one in delete.find_all(exp.Table)} == {table.name}


def test_snowflake_gets_what_is_under_the_curated_prefix_alone() -> None:
    names = [table.name for table in LOADED_TABLES]
    assert set(TABLES) - set(names) == {"quarantine"}
    for text in TEXTS.values():
        assert "quarantine/" not in text
        assert set(re.findall(r"s3://[^']*", text)) <= {
            f"s3://{FILLED.bucket}/curated/",
            f"s3://{FILLED.bucket}/",
        }


def test_with_the_folders_of_days_or_without_the_same_views_are_made() -> None:
    hive, none = TEXTS["parquet-direct"], TEXTS["parquet-direct without day"]
    assert "\n  TABLE_FORMAT = HIVE\n" in hive
    assert "\n  TABLE_FORMAT = NONE\n" in none
    assert "PREVIEW" in hive
    views = [re.findall(r"CREATE OR REPLACE VIEW .*?;\n", text, re.DOTALL) for text in (hive, none)]
    assert views[0] == views[1]
    assert len(views[0]) == len(LOADED_TABLES) + 1
    assert all("QUALIFY" not in view for view in views[0]), "every file is registered once"


def test_the_iceberg_tables_are_read_through_the_glue_catalog_and_never_written() -> None:
    text = TEXTS["catalog-linked"]
    assert "CATALOG_URI = 'https://glue.eu-central-1.amazonaws.com/iceberg'" in text
    assert "CATALOG_NAME = '123456789012'" in text
    assert "ALLOWED_WRITE_OPERATIONS = NONE" in text
    assert "ALLOW_WRITES = FALSE" in text


def test_what_is_not_given_stays_a_word_in_capitals_and_is_named() -> None:
    assert Attachment().unfilled == ["BUCKET", "ACCOUNT", "REGION", "EXTERNAL_ID"]
    assert FILLED.unfilled == []
    assert Attachment(bucket="a-bucket").unfilled == ["ACCOUNT", "REGION", "EXTERNAL_ID"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"bucket": "a'; DROP"}, '"a\'; DROP" is no bucket: write the name of a bucket on S3'),
        ({"role_arn": "playlake"}, "'playlake' is no role arn: write the ARN of a role, such as"),
        ({"external_id": "it's"}, '"it\'s" is no external id: write letters, digits and'),
        ({"region": "Frankfurt"}, "'Frankfurt' is no region: write a region of AWS, such as"),
        ({"database": "my-music"}, "'my-music' is no database: write letters, digits and"),
        ({"schema": "table"}, "'table' is reserved, and no schema: write letters, digits and"),
        ({"iceberg_database": "A"}, "'A' is no iceberg database: write the name of a database"),
        ({"schema": "One", "landing_schema": "ONE"}, "cannot both be in the schema One: name two"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_in_a_sentence(
    given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=r"write|name two") as refusal:
        Attachment(**given)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_text_in_sql_ends_where_it_ends() -> None:
    sql = f"SELECT {literal(chr(39) + chr(92) + chr(39))}"
    (found,) = parsed(sql).find_all(exp.Literal)
    assert found.this == "'\\'"
