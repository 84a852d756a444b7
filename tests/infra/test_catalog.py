from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from synthesised import of_type, only
from synthesised import template as synthesised_template

from playlake_contracts.hive import schema_digest
from playlake_contracts.query_parameters import with_question_marks
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_QUERIES = Path(__file__).parents[2] / "queries"


def test_every_table_of_the_contracts_is_declared_with_its_columns(template: Template) -> None:
    declared = {
        p["TableInput"]["Name"]: p["TableInput"]
        for p in of_type(template, "AWS::Glue::Table").values()
    }
    assert set(declared) == set(TABLES)
    for name, table in declared.items():
        columns = [c["Name"] for c in table["StorageDescriptor"]["Columns"]]
        assert columns == TABLES[name].schema.names
        assert [(k["Name"], k["Type"]) for k in table["PartitionKeys"]] == [("day", "string")]
        location = "/quarantine/" if name == "quarantine" else f"/curated/{name}/"
        assert table["StorageDescriptor"]["Location"]["Fn::Join"][1][-1] == location


def test_every_table_carries_what_the_crawler_compares(template: Template) -> None:
    for table in of_type(template, "AWS::Glue::Table").values():
        assert table["TableInput"]["TableType"] == "EXTERNAL_TABLE"
        assert table["TableInput"]["Parameters"] == {
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
    assert saved == {name: with_question_marks(sql) for name, sql in files.items()}
    assert "where day >= ? /* since */" in saved["songs"]
    assert "-- parameter since (day, 90 days ago)" in saved["songs"]
