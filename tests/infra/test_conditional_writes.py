"""The buckets refuse what would write over their objects, except of two roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from synthesised import actions, as_list, of_type, only, statements, values
from synthesised import template as synthesised

from playlake_infra.presets import settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_CREATES = {"s3:ObjectCreationOperation": "true"}
_NEW = {"s3:if-none-match": "true"}
_NEW_OR_READ = {"s3:if-none-match": "true", "s3:if-match": "true"}
# What other programs than Playlake's write: pyiceberg, Athena, and the user.
_FREE = {"iceberg/", "athena-results/", "config/"}


def test_raw_objects_and_tables_are_written_once_and_state_is_replaced_as_it_was_read(
    template: Template,
) -> None:
    assert _refused(template, "Raw") == {
        ("covers/*", "raw/*"): _NEW,
        ("state/*",): _NEW_OR_READ,
    }
    assert _refused(template, "Curated") == {
        ("curated/*", "quarantine/*"): _NEW,
        ("compacted/*", "failures/*", "rejected/*", "state/*"): _NEW_OR_READ,
    }


def test_every_prefix_that_a_role_writes_is_protected_but_for_those_of_other_programs(
    template: Template,
) -> None:
    protected = {
        prefix.rstrip("*")
        for word in ("Raw", "Curated")
        for prefixes in _refused(template, word)
        for prefix in prefixes
    }
    written = {
        resource["Fn::Join"][1][-1].lstrip("/")
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "s3:PutObject" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    unprotected = {key for key in written if not key.startswith(tuple(protected))}
    assert {key.rstrip("*") for key in unprotected} <= _FREE


def test_only_the_overwriter_is_exempt_and_only_in_the_tables(template: Template) -> None:
    exempt = [
        (statement["Sid"], roles)
        for word in ("Raw", "Curated")
        for statement in _denials(template, word)
        if (roles := _exempt(statement))
    ]
    assert exempt == [("WrittenOnce", ["OverwriterTaskRole"])]


def test_with_an_eraser_it_is_exempt_everywhere() -> None:
    found = _with_eraser()
    of_raw = [_exempt(statement) for statement in _denials(found, "Raw")]
    of_curated = [_exempt(statement) for statement in _denials(found, "Curated")]
    assert of_raw == [["EraserRole"], ["EraserRole"]]
    assert of_curated == [["OverwriterTaskRole", "EraserRole"], ["EraserRole"]]


def test_the_eraser_is_assumed_by_this_account_and_by_no_task() -> None:
    found = _with_eraser()
    role = only(found, "AWS::IAM::Role", "Eraser")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    refs = [each["Ref"] for each in values(trust) if isinstance(each, dict) and "Ref" in each]
    assert (list(trust["Principal"]), refs[-1]) == (["AWS"], "AWS::AccountId")
    policies = [p for i, p in of_type(found, "AWS::IAM::Policy").items() if "Eraser" not in i]
    assert "EraserRole" not in str(policies)
    assert not any("sts:" in str(policy) for policy in policies)


def test_the_eraser_deletes_versions_and_changes_neither_buckets_nor_code() -> None:
    found = _with_eraser()
    allowed = actions(found, "EraserRole")
    assert {"s3:DeleteObjectVersion", "s3:ListBucketVersions"} <= allowed
    assert not any(
        re.search("Bucket(Policy|Versioning)|Lifecycle|secrets", each) for each in allowed
    )
    assert "config/" not in str(statements(found, "EraserRole"))


def test_there_is_no_eraser_unless_a_setting_says_so(template: Template) -> None:
    assert not [name for name in of_type(template, "AWS::IAM::Role") if "Eraser" in name]


def test_the_overwriter_takes_what_the_transformer_hands_over_and_ends(template: Template) -> None:
    given = {name: _variables(template, name) for name in ("Overwriter", "Transformer")}
    queue = given["Transformer"]["PLAYLAKE_OVERWRITES_QUEUE_URL"]
    assert given["Overwriter"]["PLAYLAKE_QUEUE_URL"] == queue
    assert given["Overwriter"]["PLAYLAKE_STOP_WHEN_IDLE_SECONDS"] == "60"
    assert "PLAYLAKE_OVERWRITES_QUEUE_URL" not in given["Overwriter"]
    assert given["Transformer"]["PLAYLAKE_QUEUE_URL"] != queue
    schedules = of_type(template, "AWS::Scheduler::Schedule").values()
    (schedule,) = (each for each in schedules if each["Name"] == "playlake-overwrite")
    assert schedule["ScheduleExpression"] == "rate(6 hours)"


def test_the_overwriter_may_do_what_a_commit_needs_and_write_nothing_else() -> None:
    found = synthesised("everything")
    written = [
        resource["Fn::Join"][1][-1]
        for statement in statements(found, "OverwriterTaskRole")
        if "s3:PutObject" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    words = ("curated", "failures", "quarantine", "rejected")
    assert sorted(written) == [f"/{word}/*" for word in words]
    assert actions(found, "OverwriterTaskRole") < actions(found, "TransformerTaskRole")


def _variables(found: Template, word: str) -> dict[str, Any]:
    (task,) = (
        properties
        for name, properties in of_type(found, "AWS::ECS::TaskDefinition").items()
        if name.startswith(word)
    )
    (container,) = task["ContainerDefinitions"]
    return {each["Name"]: each["Value"] for each in container["Environment"]}


def _with_eraser() -> Template:
    return synthesise(settings_of("large", {"eraser": True}))


def _denials(found: Template, word: str) -> list[dict[str, Any]]:
    policy = only(found, "AWS::S3::BucketPolicy", f"Storage{word}")["PolicyDocument"]
    return [each for each in policy["Statement"] if each["Action"] == "s3:PutObject"]


def _refused(found: Template, word: str) -> dict[tuple[str, ...], Any]:
    """The conditions of which a request has one, by the prefixes."""
    refused = {}
    for statement in _denials(found, word):
        assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
        assert statement["Condition"]["Bool"] == _CREATES
        prefixes = [each["Fn::Join"][1][-1].lstrip("/") for each in as_list(statement["Resource"])]
        refused[tuple(prefixes)] = statement["Condition"]["Null"]
    return refused


def _exempt(statement: dict[str, Any]) -> list[str]:
    arns = as_list(statement["Condition"].get("ArnNotEquals", {}).get("aws:PrincipalArn", []))
    return [each["Fn::GetAtt"][0][:-8] for each in arns]
