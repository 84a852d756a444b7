"""The configuration of a bucket in comparable words, as the template wants it and as S3 has it.

An import into a stack leaves a bucket as it is, so whatever differs is named.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Json = Any

ENCRYPTION, VERSIONING, LIFECYCLE = "encryption", "versioning", "lifecycle"
NOTIFICATION, PUBLIC_ACCESS = "notification", "public access block"
_NOTHING = "nothing"
_NEW_KEY = "a new key"


def wanted_configuration(properties: Mapping[str, Json], queue_arn: str) -> dict[str, str]:
    """Describe what the template says of a bucket.

    Args:
        properties: the properties of the bucket in the template.
        queue_arn: the queue that the notification's reference stands for.
    """
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    notified = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", ())
    return {
        ENCRYPTION: _encryption(rule["ServerSideEncryptionByDefault"]),
        VERSIONING: properties["VersioningConfiguration"]["Status"],
        LIFECYCLE: _listed(map(_wanted_rule, properties["LifecycleConfiguration"]["Rules"])),
        NOTIFICATION: _listed(
            _notification(
                # The queue of another account is named by its ARN, and ours by a reference.
                each["Queue"] if isinstance(each["Queue"], str) else queue_arn,
                [each["Event"]],
                each["Filter"]["S3Key"]["Rules"],
            )
            for each in notified
        ),
        PUBLIC_ACCESS: _blocks(properties["PublicAccessBlockConfiguration"]),
    }


def actual_encryption(answer: Json) -> str:
    """Describe the answer of GetBucketEncryption."""
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return _encryption(rule["ApplyServerSideEncryptionByDefault"])


def actual_key(answer: Json) -> str:
    """The key in the answer of GetBucketEncryption; empty for one of AWS."""
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return str(rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID", ""))


def actual_versioning(answer: Json) -> str:
    """Describe the answer of GetBucketVersioning."""
    return str(answer.get("Status", "Off"))


def actual_lifecycle(answer: Json) -> str:
    """Describe the answer of GetBucketLifecycleConfiguration."""
    return _listed(map(_actual_rule, answer.get("Rules", ())))


def actual_notification(answer: Json) -> str:
    """Describe the answer of GetBucketNotificationConfiguration."""
    others = [kind for kind in answer if kind.startswith(("Topic", "Lambda", "EventBridge"))]
    queues = (
        _notification(
            each["QueueArn"], each["Events"], each.get("Filter", {}).get("Key", {})["FilterRules"]
        )
        for each in answer.get("QueueConfigurations", ())
    )
    return _listed([*queues, *others])


def actual_public_access(answer: Json) -> str:
    """Describe the answer of GetPublicAccessBlock."""
    return _blocks(answer.get("PublicAccessBlockConfiguration", {}))


def _encryption(default: Json) -> str:
    algorithm = str(default["SSEAlgorithm"])
    key = default.get("KMSMasterKeyID")
    if key is None:
        return algorithm
    return f"{algorithm} with {key if isinstance(key, str) else _NEW_KEY}"


def _wanted_rule(rule: Json) -> str:
    transitions = [(each["TransitionInDays"], each["StorageClass"])
                   for each in rule.get("Transitions", ())]  # fmt: skip
    return _rule(rule, rule.get("Prefix", ""), rule.get("ExpirationInDays"), transitions)


def _actual_rule(rule: Json) -> str:
    prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
    transitions = [(each["Days"], each["StorageClass"]) for each in rule.get("Transitions", ())]
    return _rule(rule, prefix, rule.get("Expiration", {}).get("Days"), transitions)


def _rule(rule: Json, prefix: str, expiry: int | None, transitions: list[tuple[int, str]]) -> str:
    replaced = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
    abandoned = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    parts = [
        *(f"{name} after {days} days" for days, name in transitions),
        *([f"expires after {expiry} days"] if expiry else []),
        *([f"replaced versions expire after {replaced} days"] if replaced else []),
        *([f"uploads end after {abandoned} days"] if abandoned else []),
        *([rule["Status"]] if rule["Status"] != "Enabled" else []),
    ]
    return f"{prefix or 'everything'} {', '.join(parts)}"


def _notification(queue: str, events: Iterable[str], rules: Iterable[Json]) -> str:
    # S3 answers with the name of a rule in another case than the template's.
    where = " and ".join(f"{rule['Name'].lower()} {rule['Value']}" for rule in rules)
    return f"{' and '.join(events)} of {where} to {queue}"


def _blocks(blocks: Json) -> str:
    return _listed(name for name, is_blocked in blocks.items() if is_blocked)


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(sorted(parts)) or _NOTHING
