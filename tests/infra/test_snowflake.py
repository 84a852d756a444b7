"""The setting `snowflake`: a role that reads the tables alone, and events of their files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import SNOWFLAKE, as_list, of_type, only, statements
from synthesised import template as synthesised

from playlake_infra.checks.bucket_configuration import NOTIFICATION, wanted_configuration
from playlake_infra.presets import PRESETS, InvalidSettingsError, read_settings, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_PAGE = Path(__file__).parents[2] / "docs" / "snowflake.md"
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def without_iceberg() -> Template:
    """The template with Snowflake and without Iceberg tables."""
    return synthesise(settings_of("thrifty", {"snowflake": SNOWFLAKE}))


def test_no_preset_lets_snowflake_in() -> None:
    for preset, settings in PRESETS.items():
        assert settings.snowflake is None
        assert "nowflake" not in str(synthesised(preset))


def test_snowflake_reads_the_objects_of_the_tables_and_nothing_else() -> None:
    granted = statements(without_iceberg(), "SnowflakeRole")
    allowed = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(allowed) == {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetBucketLocation",
        "s3:ListBucket",
    }
    bucket, prefix = allowed["s3:GetObject"]["Resource"]["Fn::Join"][1]
    assert bucket["Fn::GetAtt"][0].startswith("StorageCurated")
    assert prefix == "/curated/*"
    listing = allowed["s3:ListBucket"]["Condition"]["StringLike"]
    assert listing == {"s3:prefix": ["curated/*"]}
    assert "StorageRaw" not in str(granted)
    assert "glue" not in str(granted)


def test_with_iceberg_snowflake_reads_those_tables_and_their_database_as_well(
    everything: Template,
) -> None:
    granted = statements(everything, "SnowflakeRole")
    allowed = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(allowed) == {
        "glue:GetCatalog",
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetTable",
        "glue:GetTables",
        "kms:Decrypt",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
    }
    read = [arn["Fn::Join"][1][-1] for arn in allowed["s3:GetObject"]["Resource"]]
    assert read == ["/curated/*", "/iceberg/*"]
    listing = allowed["s3:ListBucket"]["Condition"]["StringLike"]
    assert listing == {"s3:prefix": ["curated/*", "iceberg/*"]}
    of_glue = [arn["Fn::Join"][1][-1] for arn in allowed["glue:GetTables"]["Resource"]]
    assert [arn.partition(":")[2] for arn in of_glue] == [
        "catalog",
        "database/playlake_iceberg",
        "table/playlake_iceberg/*",
    ]
    assert "StorageRaw" not in str(granted)


def test_only_snowflake_s_users_assume_the_role_and_only_with_the_external_id(
    everything: Template,
) -> None:
    role = only(everything, "AWS::IAM::Role", "SnowflakeRole")
    trusted = role["AssumeRolePolicyDocument"]["Statement"]
    assert {arn for s in trusted for arn in as_list(s["Principal"]["AWS"])} == set(
        SNOWFLAKE["user_arns"]
    )
    for statement in trusted:
        assert statement["Action"] == "sts:AssumeRole"
        external_id = {"StringEquals": {"sts:ExternalId": SNOWFLAKE["external_id"]}}
        assert statement["Condition"] == external_id


def test_the_role_has_the_name_that_snowflake_was_given_before(everything: Template) -> None:
    role = only(everything, "AWS::IAM::Role", "SnowflakeRole")
    assert role["RoleName"] == {"Fn::Join": ["", ["playlake-snowflake-", {"Ref": "AWS::Region"}]]}
    assert "SnowflakeRole" in everything["Outputs"]


def test_the_files_of_tables_are_told_to_snowflake_s_queue_in_the_bucket_s_one_configuration(
    everything: Template,
) -> None:
    bucket = only(everything, "AWS::S3::Bucket", "Curated")
    (configuration,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert configuration == {
        "Event": "s3:ObjectCreated:*",
        "Queue": SNOWFLAKE["queue_arn"],
        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "curated/"}]}},
    }


def test_iceberg_without_snowflake_lets_nobody_in() -> None:
    found = synthesise(settings_of("thrifty", {"iceberg": "rate(1 day)"}))
    assert not any(name.startswith("Snowflake") for name in found["Resources"])


def test_without_a_queue_there_is_the_role_and_nothing_is_told() -> None:
    account = {name: value for name, value in SNOWFLAKE.items() if name != "queue_arn"}
    found = synthesise(settings_of("thrifty", {"snowflake": account}))
    assert any(name.startswith("SnowflakeRole") for name in of_type(found, "AWS::IAM::Role"))
    assert "NotificationConfiguration" not in only(found, "AWS::S3::Bucket", "Curated")


def test_a_kept_bucket_is_compared_with_the_queue_of_snowflake(everything: Template) -> None:
    bucket = only(everything, "AWS::S3::Bucket", "Curated")
    wanted = wanted_configuration(bucket, "arn:aws:sqs:eu-central-1:123456789012:ours")
    assert wanted[NOTIFICATION] == (
        f"s3:ObjectCreated:* of prefix curated/ to {SNOWFLAKE['queue_arn']}"
    )


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"user_arns": []}, "snowflake.user_arns"),
        ({"user_arns": ["somebody"]}, "snowflake.user_arns.0"),
        ({"user_arns": ["arn:aws:iam::123456789012:root"]}, "snowflake.user_arns.0"),
        ({"external_id": "1"}, "snowflake.external_id"),
        ({"external_id": "two words"}, "snowflake.external_id"),
        ({"queue_arn": "arn:aws:sns:eu-central-1:123456789012:topic"}, "snowflake.queue_arn"),
        ({"queue_arn": "arn:aws:sqs:eu-central-1:123456789012:q.fifo"}, "snowflake.queue_arn"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(wrong: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidSettingsError) as refusal:
        settings_of("thrifty", {"snowflake": {**SNOWFLAKE, **wrong}})
    assert f"correct {name} = " in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_settings_that_the_page_shows_are_valid(tmp_path: Path) -> None:
    blocks = _TOML.findall(_PAGE.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        overrides = tmp_path / "lake.toml"
        overrides.write_text(block, encoding="utf-8")
        assert read_settings("thrifty", overrides).snowflake is not None
