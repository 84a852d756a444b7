"""What roles are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from playlake_infra.checks.nag_suppressions import suppress_wildcard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def allow(
    role: iam.Role,
    actions: list[str],
    resources: list[str],
    *,
    conditions: Mapping[str, Mapping[str, str | list[str]]] | None = None,
    wildcard_reason: str | None = None,
) -> None:
    """Allow a role to call AWS; in S3 only for buckets of this account.

    Args:
        role: the role.
        actions: the IAM actions.
        resources: the ARNs of the resources.
        conditions: the IAM conditions, if any.
        wildcard_reason: why an ARN has a wildcard, if one has.
    """
    statement = iam.PolicyStatement(
        actions=actions, resources=resources, conditions=with_account(actions, conditions or {})
    )
    role.add_to_principal_policy(statement)
    for resource in resources if wildcard_reason is not None else ():
        if "*" in resource:
            suppress_wildcard(role, resource, wildcard_reason or "")


def with_account(
    actions: Sequence[str], conditions: Mapping[str, Mapping[str, str | list[str]]]
) -> dict[str, Mapping[str, str | list[str]]]:
    """The conditions of what is allowed, in S3 with this account among them.

    The ARN of a bucket names no account: whoever takes the name of one that was deleted would be
    read and written, and what a Glue job runs lies in a bucket.
    """
    found = dict(conditions)
    if all(action.startswith("s3:") for action in actions):
        found["StringEquals"] = {
            **found.get("StringEquals", {}),
            "aws:ResourceAccount": cdk.Aws.ACCOUNT_ID,
        }
    return found
