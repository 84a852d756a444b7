from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import of_type, only
from synthesised import template as synthesised_template

from playlake_contracts.athena_views import history_view
from playlake_contracts.committed_sql import committed_only
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import schema_digest
from playlake_contracts.keys import compacted_key, generation
from playlake_contracts.query_parameters import with_question_marks
from playlake_contracts.tables import COMPACTED_TABLES, TABLES

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_QUERIES = Path(__file__).parents[2] / "queries"


def tables(template: Template, database: str = "playlake") -> dict[str, dict[str, Any]]:
    """The tables and views of a database, by name."""
    return {
        p["TableInput"]["Name"]: p["TableInput"]
        for p in of_type(template, "AWS::Glue::Table").values()
        if p["DatabaseName"] == database
    }


def location(table: dict[str, Any]) -> str:
    end: str = table["StorageDescriptor"]["Location"]["Fn::Join"][1][-1]
    return end


def test_every_table_of_the_contracts_is_declared_with_its_columns(template: Template) -> None:
    declared = tables(template)
    assert set(declared) == {*TABLES, *HISTORY_TABLES}
    for name in TABLES:
        table = declared[name]
        columns = [c["Name"] for c in table["StorageDescriptor"]["Columns"]]
        assert columns == TABLES[name].schema.names
        assert [(k["Name"], k["Type"]) for k in table["PartitionKeys"]] == [("day", "string")]
        assert location(table) == ("/quarantine/" if name == "quarantine" else f"/curated/{name}/")


def test_every_compacted_table_is_declared_with_its_columns(template: Template) -> None:
    declared = tables(template, "playlake_compacted")
    assert set(declared) == {*COMPACTED_TABLES, *HISTORY_TABLES}
    for name, table in declared.items():
        schema = (TABLES.get(name) or HISTORY_TABLES[name]).schema
        assert [c["Name"] for c in table["StorageDescriptor"]["Columns"]] == schema.names
        assert [k["Name"] for k in table["PartitionKeys"]] == ["generation"]
        assert location(table) == f"/compacted/{name}/"
        file = compacted_key(name, generation("2026-11", "0" * 32))
        assert file.startswith(f"compacted/{name}/generation=")


def test_athena_finds_a_generation_by_its_name_and_none_is_registered(template: Template) -> None:
    for name, table in tables(template, "playlake_compacted").items():
        parameters = table["Parameters"]
        assert parameters["projection.enabled"] == "true"
        assert parameters["projection.generation.type"] == "injected"
        end = parameters["storage.location.template"]["Fn::Join"][1][-1]
        assert end == f"/compacted/{name}/generation=${{generation}}/"


def test_the_history_has_views_without_rows_until_the_first_compaction(template: Template) -> None:
    declared = tables(template)
    for name in HISTORY_TABLES:
        assert declared[name] == history_view(name, "playlake", "playlake_compacted")


def test_every_column_is_described_in_few_characters(template: Template) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html"""
    for table in of_type(template, "AWS::Glue::Table").values():
        for column in table["TableInput"]["StorageDescriptor"]["Columns"]:
            assert 0 < len(column["Comment"]) <= 255


def test_every_table_carries_what_the_crawler_compares(template: Template) -> None:
    declared = tables(template)
    for name in TABLES:
        assert declared[name]["TableType"] == "EXTERNAL_TABLE"
        assert declared[name]["Parameters"] == {
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "compressionType": "none",
            "typeOfData": "file",
        }


def test_a_partition_that_the_crawler_finds_gets_the_columns_of_its_table(
    template: Template,
) -> None:
    configuration = json.loads(only(template, "AWS::Glue::Crawler")["Configuration"])
    assert configuration["CrawlerOutput"] == {
        "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}
    }


def test_the_crawler_audits_every_table_and_changes_none(template: Template) -> None:
    crawler = only(template, "AWS::Glue::Crawler")
    (target,) = crawler["Targets"]["CatalogTargets"]
    assert set(target["Tables"]) == set(TABLES)
    assert crawler["SchemaChangePolicy"] == {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    # The transformer starts it.
    assert "Schedule" not in crawler


def test_a_new_schema_changes_the_crawler(template: Template) -> None:
    description = only(template, "AWS::Glue::Crawler")["Description"]
    assert description.endswith(f"schema {schema_digest(TABLES.values())}")


@pytest.mark.parametrize(
    ("preset", "mode", "per_day"),
    [
        ("thrifty", "on_schema_change", "1"),
        ("standard", "every_run", "1"),
        ("large", "every_run", "1"),
    ],
)
def test_a_preset_sets_when_to_crawl(preset: str, mode: str, per_day: str) -> None:
    task = only(synthesised_template(preset), "AWS::ECS::TaskDefinition", "Transformer")
    variables = {v["Name"]: v["Value"] for v in task["ContainerDefinitions"][0]["Environment"]}
    assert variables["PLAYLAKE_CRAWL"] == mode
    assert variables["PLAYLAKE_CRAWLER_DAILY_LIMIT"] == per_day


def test_a_query_that_scans_too_much_is_cancelled(template: Template) -> None:
    configuration = only(template, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 10_000_000_000


def test_results_are_encrypted_and_stay_in_the_curated_bucket(
    thrifty: Template, everything: Template
) -> None:
    for template, option in ((thrifty, "SSE_S3"), (everything, "SSE_KMS")):
        configuration = only(template, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
        result = configuration["ResultConfiguration"]
        assert result["EncryptionConfiguration"]["EncryptionOption"] == option
        assert "StorageCurated" in str(result["OutputLocation"])


def test_every_query_of_the_repository_is_saved_in_athena(template: Template) -> None:
    saved = {
        q["Name"]: q["QueryString"] for q in of_type(template, "AWS::Athena::NamedQuery").values()
    }
    files = {path.stem: path.read_text(encoding="utf-8") for path in _QUERIES.glob("*.sql")}
    assert files
    assert saved == {
        name: with_question_marks(committed_only(sql, "playlake")) for name, sql in files.items()
    }
    assert "where day >= ? /* since */" in saved["songs"]
    opening = 'with playlists as (select * from "playlake"."playlists" as landed where exists'
    assert opening in saved["top_artists"]
    assert "-- parameter since (day, 90 days ago)" in saved["songs"]
