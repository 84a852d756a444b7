"""The backfill as a job of Glue: off unless it is asked for, and allowed no more than it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from synthesised import actions, as_list, of_type, only, statements
from synthesised import template as synthesised

from playlake_contracts.version import VERSION
from playlake_infra.presets import PRESETS, InvalidSettingsError, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

BY_HAND = "by_hand"
AFTER_EACH_RUN = "after_each_run"


@pytest.fixture(scope="module")
def by_hand() -> Template:
    return synthesise(settings_of("standard", {"backfill": BY_HAND, "backfill_workers": 10}))


@pytest.fixture(scope="module")
def after_each_run() -> Template:
    return synthesise(settings_of("large", {"backfill": AFTER_EACH_RUN}))


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_has_the_job(preset: str) -> None:
    found = synthesised(preset)["Resources"]
    assert [logical_id for logical_id in found if logical_id.startswith("Backfill")] == []


def test_the_job_is_of_the_version_of_glue_that_the_code_is_tested_with(by_hand: Template) -> None:
    job = only(by_hand, "AWS::Glue::Job")
    assert (job["GlueVersion"], job["WorkerType"], job["NumberOfWorkers"]) == ("5.1", "G.1X", 10)
    assert (job["Command"]["Name"], job["Command"]["PythonVersion"]) == ("glueetl", "3")
    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert job["MaxRetries"] == 0


def test_another_version_of_glue_changes_nothing_else(by_hand: Template) -> None:
    found = synthesise(
        settings_of(
            "standard", {"backfill": BY_HAND, "backfill_workers": 10, "glue_version": "6.0"}
        )
    )
    job = only(found, "AWS::Glue::Job")
    assert job.pop("GlueVersion") == "6.0"
    before = dict(only(by_hand, "AWS::Glue::Job"))
    assert before.pop("GlueVersion") == "5.1"
    assert job == before


def test_the_job_gets_its_lake_its_code_and_its_packages(by_hand: Template) -> None:
    job = only(by_hand, "AWS::Glue::Job")
    (raw,) = (
        i for i, p in of_type(by_hand, "AWS::S3::Bucket").items() if i.startswith("StorageRaw")
    )
    arguments = {name: text_of(value, raw) for name, value in job["DefaultArguments"].items()}
    code = f"s3://RAW/config/backfill/{VERSION}"
    assert text_of(job["Command"]["ScriptLocation"], raw) == f"{code}/backfill.py"
    assert arguments == {
        "--lake": "s3://RAW",
        "--recent": "3",
        "--extra-py-files": f"{code}/playlake.zip",
        "--additional-python-modules": f"{code}/requirements.txt",
        "--python-modules-installer-option": "-r",
        "--job-bookmark-option": "job-bookmark-disable",
    }


def test_the_job_may_commit_and_nothing_else(by_hand: Template, after_each_run: Template) -> None:
    for found in (by_hand, after_each_run):
        assert actions(found, "BackfillRole") - {"kms:Decrypt", "kms:GenerateDataKey"} == {
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "glue:BatchCreatePartition",
            "glue:BatchUpdatePartition",
            "glue:GetPartition",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        }
        written = [
            resource["Fn::Join"][1]
            for statement in statements(found, "BackfillRole")
            if "s3:PutObject" in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        ]
        assert {prefix for _, prefix in written} == {"/curated/*", "/quarantine/*", "/rejected/*"}
        assert all("StorageCurated" in bucket["Fn::GetAtt"][0] for bucket, _ in written)


def test_glue_takes_the_role_for_this_account_alone(by_hand: Template) -> None:
    role = only(by_hand, "AWS::IAM::Role", "BackfillRole")
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "glue.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_by_hand_nothing_starts_the_job(by_hand: Template) -> None:
    assert of_type(by_hand, "AWS::Glue::Trigger") == {}
    assert of_type(by_hand, "AWS::Glue::Workflow") == {}
    raw = only(by_hand, "AWS::S3::Bucket", "StorageRaw")
    assert "EventBridgeConfiguration" not in raw["NotificationConfiguration"]


def test_the_event_of_a_manifest_starts_the_job_and_the_queue_gets_its_events_as_before(
    after_each_run: Template,
) -> None:
    raw = only(after_each_run, "AWS::S3::Bucket", "StorageRaw")
    configuration = raw["NotificationConfiguration"]
    assert configuration["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}
    assert len(configuration["QueueConfigurations"]) == 1
    rule = only(after_each_run, "AWS::Events::Rule", "BackfillLanded")
    pattern = rule["EventPattern"]
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    assert pattern["detail"]["object"] == {"key": [{"wildcard": "raw/*/manifest.json"}]}
    (target,) = rule["Targets"]
    assert target["Arn"]["Fn::Join"][1][-1].endswith(":workflow/playlake-backfill")
    trigger = only(after_each_run, "AWS::Glue::Trigger")
    assert (trigger["Type"], trigger["WorkflowName"]) == ("EVENT", "playlake-backfill")
    assert trigger["Actions"] == [{"JobName": "playlake-backfill"}]
    assert actions(after_each_run, "BackfillStarter") == {"glue:NotifyEvent"}
    (statement,) = statements(after_each_run, "BackfillStarter")
    assert statement["Resource"] == target["Arn"]


def test_a_failed_job_is_told(by_hand: Template, thrifty: Template) -> None:
    rule = only(by_hand, "AWS::Events::Rule", "backfillfailed")
    assert rule["EventPattern"]["detail"] == {
        "jobName": ["playlake-backfill"],
        "state": ["ERROR", "FAILED", "TIMEOUT"],
    }
    assert not any("backfill" in logical_id for logical_id in of_type(thrifty, "AWS::Events::Rule"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"backfill": "daily"}, "correct backfill = 'daily'"),
        ({"backfill_workers": 1}, "correct backfill_workers = 1"),
        ({"backfill_workers": 300}, "correct backfill_workers = 300"),
        ({"glue_version": "5.0"}, "correct glue_version = '5.0'"),
        ({"glue_version": 6.0}, "correct glue_version = 6.0"),
    ],
)
def test_a_wrong_setting_is_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSettingsError, match=f"^{sentence}"):
        settings_of("thrifty", wrong)


def text_of(value: Any, raw: str) -> str:  # noqa: ANN401  any value of a template
    """A value as text, with RAW for the name of the raw bucket."""
    match value:
        case {"Fn::Join": ["", parts]}:
            return "".join(text_of(part, raw) for part in parts)
        case {"Ref": name} if name == raw:
            return "RAW"
    return str(value)
