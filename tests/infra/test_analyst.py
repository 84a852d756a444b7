"""The managed policy of an analyst, which is there by a setting alone."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from synthesised import as_list, of_type, only

from playlake_infra.presets import settings_of
from playlake_infra.stack import PlaylakeStack
from playlake_infra.synth import new_app, synthesise

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_infra.synth import Template

POLICY = "AWS::IAM::ManagedPolicy"


@cache
def with_policy(preset: str = "thrifty") -> Template:
    return synthesise(settings_of(preset, {"analyst_policy": True}))


def granted(found: Template) -> dict[str, dict[str, Any]]:
    """The statements of the policy by their actions."""
    statements = only(found, POLICY)["PolicyDocument"]["Statement"]
    return {action: each for each in statements for action in as_list(each["Action"])}


def keys(statement: dict[str, Any]) -> list[str]:
    return [each["Fn::Join"][1][-1].lstrip("/") for each in as_list(statement["Resource"])]


def test_an_analyst_queries_through_the_one_workgroup_and_reads_the_catalog() -> None:
    found = granted(with_policy())
    assert keys(found["athena:StartQueryExecution"])[0].endswith(":workgroup/playlake")
    tables = [each.partition(":")[2] for each in keys(found["glue:GetTables"])]
    names = ("playlake", "playlake_compacted", "playlake_iceberg")
    assert tables == [
        "catalog",
        *(f"database/{name}" for name in names),
        *(f"table/{name}/*" for name in names),
    ]


def test_an_analyst_reads_tables_and_writes_results_and_nothing_else() -> None:
    found = granted(with_policy())
    written = keys(found["s3:PutObject"])
    statements = only(with_policy(), POLICY)["PolicyDocument"]["Statement"]
    read = {
        key
        for each in statements
        if "s3:GetObject" in as_list(each["Action"])
        for key in keys(each)
    }
    assert written == ["athena-results/*"]
    assert read == {"curated/*", "compacted/*", "iceberg/*", "athena-results/*"}
    listed = found["s3:ListBucket"]["Condition"]["StringLike"]["s3:prefix"]
    assert set(listed) == read
    assert "StorageRaw" not in str(statements)
    changing = ("Create", "Update", "Delete", "Batch", "Put")
    assert {a for a in found if a.split(":")[1].startswith(changing)} == {
        "athena:BatchGetNamedQuery",
        "athena:BatchGetQueryExecution",
        "s3:PutObject",
    }


def test_an_analyst_may_use_the_key_of_the_buckets_through_s3() -> None:
    assert "kms:Decrypt" not in granted(with_policy())
    use = granted(with_policy("large"))["kms:Decrypt"]
    assert use["Condition"]["StringEquals"]["kms:ViaService"]["Fn::Join"][1][0] == "s3."


def test_the_policy_is_attached_to_nobody_and_its_arn_is_an_output() -> None:
    policy = only(with_policy(), POLICY)
    assert not {"Groups", "Roles", "Users"} & set(policy)
    assert "AnalystPolicy" in with_policy()["Outputs"]


def test_there_is_no_policy_by_default(template: Template) -> None:
    assert of_type(template, POLICY) == {}


@pytest.mark.parametrize("preset", ["thrifty", "large"])
def test_cdk_nag_finds_nothing_without_a_reason(preset: str, tmp_path: Path) -> None:
    app = new_app(str(tmp_path))
    PlaylakeStack(app, settings_of(preset, {"analyst_policy": True, "eraser": True}))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text(encoding="utf-8"))
    (nag,) = (r for r in report["pluginReports"] if r["pluginName"] == "AwsSolutions")
    assert nag["violations"] == []
