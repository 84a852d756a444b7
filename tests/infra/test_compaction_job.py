"""The compaction as a job of Glue: off unless it is asked for, and then instead of the task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import actions, as_list, of_type, only, statements
from synthesised import template as synthesised

from playlake_contracts.version import VERSION
from playlake_infra.compute.images import services_of
from playlake_infra.presets import PRESETS, InvalidSettingsError, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template


@pytest.fixture(scope="module")
def on_glue() -> Template:
    return synthesised("on_glue")


def job_of(found: Template) -> dict[str, Any]:
    return only(found, "AWS::Glue::Job", "CompactionJob")


def schedules(found: Template) -> dict[str, dict[str, Any]]:
    return {each["Name"]: each for each in of_type(found, "AWS::Scheduler::Schedule").values()}


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_has_the_job(preset: str) -> None:
    found = synthesised(preset)["Resources"]
    assert [logical_id for logical_id in found if logical_id.startswith("CompactionJob")] == []


def test_the_job_has_the_version_of_glue_its_workers_and_its_code(on_glue: Template) -> None:
    job = job_of(on_glue)
    assert (job["Name"], job["GlueVersion"]) == ("playlake-compaction", "6.0")
    assert (job["NumberOfWorkers"], job["ExecutionProperty"]) == (10, {"MaxConcurrentRuns": 1})
    code = f"/config/compaction/{VERSION}"
    assert _end(job["Command"]["ScriptLocation"]) == f"{code}/compact.py"
    arguments = dict(job["DefaultArguments"])
    assert _end(arguments.pop("--extra-py-files")) == f"{code}/playlake.zip"
    assert _end(arguments.pop("--additional-python-modules")) == f"{code}/requirements.txt"
    assert arguments.pop("--lake")["Fn::Join"][1][0] == "s3://"
    assert arguments == {
        "--python-modules-installer-option": "-r",
        "--job-bookmark-option": "job-bookmark-disable",
    }


def test_the_job_may_do_what_the_task_may_and_read_its_code_and_write_its_log(
    on_glue: Template,
) -> None:
    of_the_task = allowed(synthesised("standard"), "CompactorTaskRole")
    of_the_job = allowed(on_glue, "CompactionJobRole")
    assert of_the_task <= of_the_job
    own = of_the_job - of_the_task
    assert {action for action, _ in own} == {
        "s3:GetObject",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    (code,) = (where for action, where in own if action == "s3:GetObject")
    assert f"/config/compaction/{VERSION}/*" in code


def test_the_schedule_starts_the_job_and_no_other(on_glue: Template) -> None:
    schedule = schedules(on_glue)["playlake-compact"]
    assert schedule["ScheduleExpression"] == "cron(30 6 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["State"] == {"Fn::If": ["ImagesArePushed", "ENABLED", "DISABLED"]}
    target = schedule["Target"]
    assert _end(target["Arn"]) == ":scheduler:::aws-sdk:glue:startJobRun"
    assert json.loads(target["Input"]) == {"JobName": "playlake-compaction"}
    assert "FailedStarts" in target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert "EcsParameters" not in target
    role, _ = target["RoleArn"]["Fn::GetAtt"]
    assert actions(on_glue, role) == {"glue:StartJobRun", "sqs:SendMessage"}
    (start,) = (each for each in statements(on_glue, role) if "glue" in str(each["Action"]))
    assert _end(start["Resource"]).endswith(":job/playlake-compaction")


def test_there_is_no_task_beside_it(on_glue: Template) -> None:
    named = [name for name in on_glue["Resources"] if "Compactor" in name]
    assert [name.rstrip("0123456789ABCDEF") for name in named] == ["ImagesCompactor"]
    settings = settings_of("standard", {"compaction_engine": "glue", "retention": "off"})
    assert services_of(settings) == ("extractor", "transformer")


def test_without_a_schedule_a_person_starts_the_job() -> None:
    found = synthesise(settings_of("thrifty", {"compaction_engine": "glue"}))
    assert job_of(found)["GlueVersion"] == "5.1"
    names = {"playlake-extract", "playlake-overwrite", "playlake-retention"}
    assert set(schedules(found)) == names


def test_a_failed_job_is_told(on_glue: Template) -> None:
    rule = only(on_glue, "AWS::Events::Rule", "compactionfailed")
    assert rule["EventPattern"]["detail"] == {
        "jobName": ["playlake-compaction"],
        "state": ["ERROR", "FAILED", "TIMEOUT"],
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"compaction_engine": "spark"}, "correct compaction_engine = 'spark'"),
        ({"compaction_workers": 1}, "correct compaction_workers = 1"),
        ({"compaction_workers": 300}, "correct compaction_workers = 300"),
    ],
)
def test_a_wrong_setting_is_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSettingsError, match=f"^{sentence}"):
        settings_of("thrifty", wrong)


def allowed(found: Template, role: str) -> set[tuple[str, str]]:
    """Each action that a role may do, with the resource and its condition as a text."""
    return {
        (action, f"{resource} {statement.get('Condition', '')}")
        for statement in statements(found, role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def _end(joined: dict[str, Any]) -> str:
    """The last text of a joined value."""
    return str(joined["Fn::Join"][1][-1])
