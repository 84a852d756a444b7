from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from synthesised import of_type, only
from synthesised import template as synthesised_template

if TYPE_CHECKING:
    from playlake_infra.synth import Template

BUCKET = "AWS::S3::Bucket"


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


def test_buckets_and_key_are_kept_when_the_stack_is_destroyed(template: Template) -> None:
    kept = {
        r["Type"] for r in template["Resources"].values() if r.get("DeletionPolicy") == "Retain"
    }
    assert BUCKET in kept
    assert kept <= {BUCKET, "AWS::KMS::Key"}
    for resource in template["Resources"].values():
        if resource["Type"] == BUCKET:
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


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


def _rules(found: Template, word: str) -> dict[str, dict[str, Any]]:
    rules = only(found, BUCKET, word)["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in rules}
