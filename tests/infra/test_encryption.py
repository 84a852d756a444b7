"""The customer-managed key encrypts what the settings name, and who uses that may use the key."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import SNOWFLAKE, SOURCES, as_list, of_type, only, statements

from playlake_infra.presets import InvalidSettingsError, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

ALL = ["images", "logs", "queues", "secrets", "topics"]
KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
_PROPERTIES = {
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
}
_SERVICES = ("sqs", "sns", "secretsmanager")


@cache
def encrypted() -> Template:
    """Everything that can be encrypted, by a new key."""
    overrides: dict[str, Any] = {
        "customer_key_for": ALL,
        "sources": SOURCES,
        "snowflake": SNOWFLAKE,
        "notice_email": "listener@example.com",
        "spotify_authorised_on": "2026-11-21",
        "budget_usd": 30,
        "iceberg": "rate(1 hour)",
        "eraser": True,
    }
    return synthesise(settings_of("large", overrides))


def test_the_key_encrypts_every_queue_topic_log_secret_and_repository() -> None:
    (key,) = of_type(encrypted(), "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key, "Arn"]}
    for kind, name in _PROPERTIES.items():
        found = of_type(encrypted(), kind).values()
        assert found
        assert all(each[name] == arn for each in found)
    assert not any(
        "SqsManagedSseEnabled" in q for q in of_type(encrypted(), "AWS::SQS::Queue").values()
    )
    for repository in of_type(encrypted(), "AWS::ECR::Repository").values():
        assert repository["EncryptionConfiguration"] == {"EncryptionType": "KMS", "KmsKey": arn}


def test_who_uses_an_encrypted_service_may_use_the_key_through_it() -> None:
    roles = list(of_type(encrypted(), "AWS::IAM::Role"))
    users = 0
    for role in roles:
        granted = statements(encrypted(), role)
        actions = {action for each in granted for action in as_list(each["Action"])}
        used = {name for name in _SERVICES if any(a.startswith(f"{name}:") for a in actions)}
        through = {
            part.split(".")[0]
            for each in granted
            if "kms:Decrypt" in as_list(each["Action"])
            for via in as_list(each["Condition"]["StringEquals"]["kms:ViaService"])
            for part in via["Fn::Join"][1][:1]
        }
        assert through - {"s3"} == used, role
        users += bool(used)
    assert users >= 8


def test_services_that_use_the_key_by_themselves_may_for_this_account_alone() -> None:
    """But for EventBridge, which names no account when it asks for the key of a topic."""
    policy = only(encrypted(), "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    services = {
        str(service): each.get("Condition")
        for each in policy
        for service in as_list(each["Principal"].get("Service", []))
    }
    of_logs = services.pop(next(name for name in services if "logs." in name))
    assert "log-group:/playlake/*" in str(of_logs["ArnLike"])
    here = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert services.pop("events.amazonaws.com") is None
    assert services == {f"{name}.amazonaws.com": here for name in ("s3", "cloudwatch", "budgets")}


@pytest.mark.parametrize("what", ["images", "queues"])
def test_each_is_encrypted_alone(what: str) -> None:
    found = synthesise(settings_of("large", {"customer_key_for": [what]}))
    with_key = {
        kind
        for kind, name in _PROPERTIES.items()
        if any(name in p for p in of_type(found, kind).values())
    }
    repositories = of_type(found, "AWS::ECR::Repository").values()
    assert len(with_key) + any("EncryptionConfiguration" in r for r in repositories) == 1


def test_an_existing_key_keeps_its_policy() -> None:
    overrides = {"customer_key_arn": KEY, "customer_key_for": ALL}
    found = synthesise(settings_of("thrifty", overrides))
    assert of_type(found, "AWS::KMS::Key") == {}
    assert all(q["KmsMasterKeyId"] == KEY for q in of_type(found, "AWS::SQS::Queue").values())


def test_without_a_key_nothing_can_be_encrypted_with_it() -> None:
    with pytest.raises(
        InvalidSettingsError, match=r"^customer_key_for needs a key: set customer_key"
    ):
        settings_of("thrifty", {"customer_key_for": ["queues"]})


def test_what_there_is_not_cannot_be_encrypted() -> None:
    with pytest.raises(InvalidSettingsError, match="customer_key_for"):
        settings_of("large", {"customer_key_for": ["messages"]})
