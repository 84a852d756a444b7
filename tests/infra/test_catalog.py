from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from synthesised import of_type, only

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
    assert saved == files
