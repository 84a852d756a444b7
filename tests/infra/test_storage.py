from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import VARIANTS, as_list, of_type, only, statements
from synthesised import template as synthesised_template

from playlake_infra.cdk_cli import MINIMUM_BOOTSTRAP
from playlake_infra.place import Place
from playlake_infra.presets import InvalidSettingsError, settings_of
from playlake_infra.synth import assemble, synthesise

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_infra.synth import Template

BUCKET = "AWS::S3::Bucket"
ACCOUNT, REGION = "123456789012", "eu-central-1"
ZONES = ["eu-central-1b", "eu-central-1c"]
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def test_there_is_a_raw_and_a_curated_bucket_named_by_account_and_region(
    template: Template,
) -> None:
    names = [bucket["BucketName"] for bucket in of_type(template, BUCKET).values()]
    where = [{"Ref": "AWS::AccountId"}, "-", {"Ref": "AWS::Region"}]
    assert names == [
        {"Fn::Join": ["", [f"playlake-{word}-", *where]]} for word in ("raw", "curated")
    ]


def test_no_bucket_is_public(template: Template) -> None:
    for bucket in of_type(template, BUCKET).values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_every_bucket_refuses_plain_http_and_old_tls(template: Template) -> None:
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    assert {p["Bucket"]["Ref"] for p in policies} == set(of_type(template, BUCKET))
    for policy in policies:
        conditions = [
            s["Condition"] for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_bucket_policies_only_deny(template: Template) -> None:
    for policy in of_type(template, "AWS::S3::BucketPolicy").values():
        assert {s["Effect"] for s in policy["PolicyDocument"]["Statement"]} == {"Deny"}


def test_every_bucket_is_versioned_and_encrypted(template: Template) -> None:
    for bucket in of_type(template, BUCKET).values():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_only_buckets_key_and_login_are_kept_unless_their_creation_failed(
    template: Template,
) -> None:
    kept = {
        resource["Type"]: (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for resource in template["Resources"].values()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    }
    assert kept[BUCKET] == ("RetainExceptOnCreate", "Retain")
    assert set(kept) <= {BUCKET, "AWS::KMS::Key", "AWS::SecretsManager::Secret"}
    assert set(kept.values()) == {kept[BUCKET]}


def test_a_deployed_template_differs_from_the_committed_one_only_by_account_and_region(
    placed: Path,
) -> None:
    filled_in = _filled_in(synthesised_template("everything"))
    assert json.dumps(_filled_in(template_of(placed))) == json.dumps(filled_in)
    assert ACCOUNT in json.dumps(filled_in)


def test_the_buckets_of_a_deployed_template_have_literal_names(placed: Path) -> None:
    names = [bucket["BucketName"] for bucket in of_type(template_of(placed), BUCKET).values()]
    assert names == [f"playlake-{word}-{ACCOUNT}-{REGION}" for word in ("raw", "curated")]


def test_an_assembly_asks_nothing_of_an_account(placed: Path) -> None:
    manifest = json.loads((placed / "manifest.json").read_text(encoding="utf-8"))
    assert "missing" not in manifest
    stack = manifest["artifacts"]["playlake"]
    assert stack["environment"] == f"aws://{ACCOUNT}/{REGION}"
    assert stack["properties"]["requiresBootstrapStackVersion"] == MINIMUM_BOOTSTRAP


def test_an_existing_key_encrypts_both_buckets_and_the_roles_may_use_it() -> None:
    found = chosen()
    assert of_type(found, "AWS::KMS::Key") == of_type(found, "AWS::KMS::Alias") == {}
    for bucket in of_type(found, BUCKET).values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY
    for role in ("ExtractorTaskRole", "TransformerTaskRole"):
        allowed = {r for s in statements(found, role) for r in as_list(s["Resource"]) if r == KEY}
        assert allowed == {KEY}


def test_an_existing_key_is_refused_without_the_whole_arn() -> None:
    with pytest.raises(InvalidSettingsError, match="correct customer_key_arn"):
        settings_of("large", {"customer_key_arn": "alias/playlake"})


def test_subnets_are_in_the_chosen_zones() -> None:
    subnets = of_type(chosen(), "AWS::EC2::Subnet").values()
    assert {subnet["AvailabilityZone"] for subnet in subnets} == set(ZONES)


def test_a_customer_managed_key_encrypts_both_buckets_and_is_rotated(everything: Template) -> None:
    assert only(everything, "AWS::KMS::Key")["EnableKeyRotation"] is True
    for bucket in of_type(everything, BUCKET).values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert rule["BucketKeyEnabled"] is True


def test_there_is_no_key_by_default(thrifty: Template) -> None:
    assert of_type(thrifty, "AWS::KMS::Key") == {}


def test_raw_objects_expire_only_if_a_setting_says_so(
    thrifty: Template, everything: Template
) -> None:
    assert set(_rules(thrifty, "Raw")) == {"replaced-objects"}
    rules = _rules(everything, "Raw")
    (transition,) = rules["older-raw"]["Transitions"]
    assert transition == {"StorageClass": "GLACIER_IR", "TransitionInDays": 30}
    assert rules["expired-raw"]["ExpirationInDays"] == 365
    assert {rules["older-raw"]["Prefix"], rules["expired-raw"]["Prefix"]} == {"raw/"}


def test_quarantine_and_query_results_expire_and_curated_objects_do_not(template: Template) -> None:
    expiring = {
        r["Prefix"]: r["ExpirationInDays"]
        for r in _rules(template, "Curated").values()
        if "ExpirationInDays" in r
    }
    assert expiring == {"quarantine/": 90, "failures/": 14, "athena-results/": 7}


@pytest.mark.parametrize("word", ["Raw", "Curated"])
def test_replaced_objects_and_unfinished_uploads_expire(word: str) -> None:
    rule = _rules(synthesised_template("thrifty"), word)["replaced-objects"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


@pytest.mark.parametrize(
    ("variant", "name"),
    [("standard", "compacted"), ("everything", "compacted"), ("everything", "iceberg")],
)
def test_what_compaction_and_syncs_have_removed_is_kept_for_a_day(variant: str, name: str) -> None:
    rule = _rules(synthesised_template(variant), "Curated")[name]
    assert rule["Prefix"] == f"{name}/"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rule["ExpiredObjectDeleteMarker"] is True
    assert "ExpirationInDays" not in rule, "what is in force never expires"


def _rules(found: Template, word: str) -> dict[str, dict[str, Any]]:
    rules = only(found, BUCKET, word)["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in rules}


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of everything for an account and a region."""
    folder = tmp_path_factory.mktemp("assembly")
    assemble(VARIANTS["everything"], folder, Place(ACCOUNT, REGION))
    return folder


def template_of(assembly: Path) -> Template:
    """The template of an assembly."""
    found: Template = json.loads((assembly / "playlake.template.json").read_text("utf-8"))
    return found


@cache
def chosen() -> Template:
    """A template with a key and zones that the settings choose."""
    overrides = {"customer_key_arn": KEY, "availability_zones": ZONES}
    return synthesise(settings_of("large", overrides))


def _filled_in(value: Any) -> Any:  # noqa: ANN401  any value of a template
    """A value of a template with account and region in place of the references to them."""
    match value:
        case {"Ref": "AWS::AccountId"}:
            return ACCOUNT
        case {"Ref": "AWS::Region"}:
            return REGION
        case {"Fn::Join": ["", [*parts]]}:
            return _joined([_filled_in(part) for part in parts])
        case dict():
            return {key: _filled_in(inner) for key, inner in value.items()}
        case list():
            return [_filled_in(inner) for inner in value]
    return value


def _joined(parts: list[Any]) -> Any:  # noqa: ANN401  any value of a template
    """A join whose neighbouring texts are one text, and the text if nothing else is left."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged[0] if len(merged) == 1 else {"Fn::Join": ["", merged]}
