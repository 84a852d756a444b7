"""The customer-managed key for what the settings name beside the buckets.

It looks through the finished stack, so whatever is added to the template is encrypted as well, and
every role that uses such a service may use the key through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from constructs import IConstruct

    from playlake_infra.settings import Encrypted, Settings

# The services through which roles use the key. Logs and images are encrypted by AWS itself.
_SERVICES: Final = {"queues": "sqs", "secrets": "secretsmanager", "topics": "sns"}
_USE: Final = ["kms:Decrypt", "kms:GenerateDataKey"]
# What tells topics, beside rules on events: alarms, and the budget.
_PUBLISHERS: Final = ("cloudwatch", "budgets")


def encrypt_more(stack: cdk.Stack, settings: Settings, key: kms.IKey) -> None:
    """Encrypt what the settings name with a key, and let who uses it use the key.

    Args:
        stack: the stack, with everything in it.
        settings: the settings of the deployment.
        key: the key. The policy of one that exists already is its owner's.
    """
    chosen = settings.customer_key_for
    constructs = stack.node.find_all()
    for construct in constructs:
        _encrypt(construct, chosen, key)
    services = [_SERVICES[each] for each in chosen if each in _SERVICES]
    for construct in constructs:
        if isinstance(construct, iam.Role):
            _allow(stack, construct, services, key)
    if isinstance(key, kms.Key):
        for statement in _policy(settings, chosen):
            key.add_to_resource_policy(statement)


def _encrypt(construct: IConstruct, chosen: Collection[Encrypted], key: kms.IKey) -> None:
    match construct:
        case sqs.CfnQueue() if "queues" in chosen:
            construct.sqs_managed_sse_enabled = None
            construct.kms_master_key_id = key.key_arn
        case sns.CfnTopic() if "topics" in chosen:
            construct.kms_master_key_id = key.key_arn
        case logs.CfnLogGroup() if "logs" in chosen:
            construct.kms_key_id = key.key_arn
        case secretsmanager.CfnSecret() if "secrets" in chosen:
            construct.kms_key_id = key.key_arn
        case ecr.CfnRepository() if "images" in chosen:
            construct.encryption_configuration = ecr.CfnRepository.EncryptionConfigurationProperty(
                encryption_type="KMS", kms_key=key.key_arn
            )


def _allow(stack: cdk.Stack, role: iam.Role, services: Collection[str], key: kms.IKey) -> None:
    """Allow a role to use the key through those of the services that it uses."""
    policy = role.node.try_find_child("DefaultPolicy")
    if not isinstance(policy, iam.Policy):
        return
    actions = [action for each in _statements(stack, policy) for action in _actions(each)]
    used = [name for name in services if any(each.startswith(f"{name}:") for each in actions)]
    if used:
        via = [f"{name}.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}" for name in used]
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=_USE,
                resources=[key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": via}},
            )
        )


def _statements(stack: cdk.Stack, policy: iam.Policy) -> list[dict[str, Any]]:
    found = stack.resolve(policy.document)
    return list(found["Statement"]) if found else []


def _actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return actions if isinstance(actions, list) else [actions]


def _policy(settings: Settings, chosen: Collection[Encrypted]) -> Iterator[iam.PolicyStatement]:
    """What services of AWS need that use the key by themselves."""
    here = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    if "queues" in chosen:
        yield _use("s3", here)
    if "topics" in chosen:
        for name in _PUBLISHERS:
            yield _use(name, here)
        # What EventBridge asks of a key for a topic names neither account nor rule.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        yield _use("events", {})
    if "logs" in chosen:
        account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        groups = f"arn:{cdk.Aws.PARTITION}:logs:{account}:log-group:/{settings.name}/*"
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        yield iam.PolicyStatement(
            principals=[iam.ServicePrincipal(f"logs.{cdk.Aws.REGION}.amazonaws.com")],
            actions=["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*",
                     "kms:ReEncrypt*"],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )  # fmt: skip


def _use(service: str, conditions: dict[str, Any]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
        actions=_USE,
        resources=["*"],
        conditions=conditions,
    )
