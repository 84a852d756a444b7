"""The raw and the curated bucket: private, encrypted, versioned, TLS only, kept on destroy.

What is kept has the policy RetainExceptOnCreate: a creation that fails leaves nothing behind, and
a later deployment may import the buckets.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    FAILURES_PREFIX,
    ICEBERG_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
)
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_infra.settings import Settings

_ABANDONED_UPLOAD = Duration.days(1)
_KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
# A compaction removes files a day after they were replaced. They can be made again, and so can the
# metadata of Iceberg tables.
_COMPACTED_KEPT = Duration.days(1)
# As long as a dead-letter queue keeps a message.
_FAILURES_KEPT = Duration.days(14)


class Storage(Construct):
    """The lake's buckets.

    Attributes:
        key: the customer-managed key that encrypts them; None for the key of Amazon S3.
        raw: the bucket of raw objects.
        curated: the bucket of Parquet objects, quarantine and results of queries.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.key = self._key()
        stack, names = cdk.Stack.of(self), settings.names
        curated = names.curated_bucket(stack.account, stack.region)
        self.raw = self._bucket("Raw", raw_bucket_name(self, settings), self._raw_rules())
        self.curated = self._bucket("Curated", curated, self._curated_rules())

    def allow_key(self, role: iam.Role, *actions: str) -> None:
        """Allow a role to use the customer-managed key through S3, if there is one."""
        if self.key is not None:
            role.add_to_principal_policy(use_through_s3(self.key, actions))

    def _key(self) -> kms.IKey | None:
        if self._settings.customer_key_arn is not None:
            return kms.Key.from_key_arn(self, "Key", self._settings.customer_key_arn)
        return self._new_key() if self._settings.customer_key else None

    def _new_key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            alias=f"alias/{self._settings.name}",
            description=f"Encrypts the buckets of {self._settings.name}",
            enable_key_rotation=True,
            removal_policy=_KEPT,
        )

    def _bucket(self, name: str, bucket_name: str, rules: Iterable[s3.LifecycleRule]) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name,
            bucket_name=bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_key_enabled=None if self.key is None else True,
            encryption=s3.BucketEncryption.KMS if self.key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=self.key,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=list(rules),
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=_KEPT,
            versioned=True,
        )
        suppress(
            bucket,
            "S1",
            "CloudTrail data events record who reads the lake, if the account enables them; "
            "server access logs would need a third bucket that grows with every request",
        )
        return bucket

    def _curated_rules(self) -> list[s3.LifecycleRule]:
        rules = self._rules()
        if self._settings.has_iceberg:
            rules.append(_removed_by_itself("iceberg", ICEBERG_PREFIX))
        return rules

    def _rules(self) -> list[s3.LifecycleRule]:
        settings = self._settings
        return [
            s3.LifecycleRule(
                id="replaced-objects",
                noncurrent_version_expiration=Duration.days(settings.noncurrent_expiry_days),
                abort_incomplete_multipart_upload_after=_ABANDONED_UPLOAD,
            ),
            s3.LifecycleRule(
                id="quarantine",
                prefix=QUARANTINE_PREFIX,
                expiration=Duration.days(settings.quarantine_expiry_days),
            ),
            _removed_by_itself("compacted", COMPACTED_PREFIX),
            s3.LifecycleRule(id="failures", prefix=FAILURES_PREFIX, expiration=_FAILURES_KEPT),
            s3.LifecycleRule(
                id="query-results",
                prefix=QUERY_RESULTS_PREFIX,
                expiration=Duration.days(settings.query_results_expiry_days),
            ),
        ]

    def _raw_rules(self) -> list[s3.LifecycleRule]:
        settings = self._settings
        rules = self._rules()[:1]
        if settings.raw_infrequent_access_days is not None:
            cheaper = s3.Transition(
                storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                transition_after=Duration.days(settings.raw_infrequent_access_days),
            )
            rules.append(s3.LifecycleRule(id="older-raw", prefix=RAW_PREFIX, transitions=[cheaper]))
        if settings.raw_expiry_days is not None:
            expiration = Duration.days(settings.raw_expiry_days)
            rules.append(
                s3.LifecycleRule(id="expired-raw", prefix=RAW_PREFIX, expiration=expiration)
            )
        return rules


def _removed_by_itself(name: str, prefix: str) -> s3.LifecycleRule:
    """The rule for what Playlake removes by itself and could make again."""
    return s3.LifecycleRule(
        id=name,
        prefix=prefix,
        noncurrent_version_expiration=_COMPACTED_KEPT,
        expired_object_delete_marker=True,
    )


def raw_bucket_name(scope: Construct, settings: Settings) -> str:
    """The raw bucket's name. The queue's policy needs it before the bucket exists."""
    stack = cdk.Stack.of(scope)
    return settings.names.raw_bucket(stack.account, stack.region)


def use_through_s3(key: kms.IKey, actions: Iterable[str]) -> iam.PolicyStatement:
    """Allows to use a key through S3."""
    s3_here = f"s3.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}"
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": s3_here}},
    )
