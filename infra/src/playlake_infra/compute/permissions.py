"""What roles are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from playlake_infra.checks.nag_suppressions import suppress_wildcard

if TYPE_CHECKING:
    from collections.abc import Mapping


def allow(
    role: iam.Role,
    actions: list[str],
    resources: list[str],
    *,
    conditions: Mapping[str, Mapping[str, str | list[str]]] | None = None,
    wildcard_reason: str | None = None,
) -> None:
    """Allow a role to call AWS.

    Args:
        role: the role.
        actions: the IAM actions.
        resources: the ARNs of the resources.
        conditions: the IAM conditions, if any.
        wildcard_reason: why an ARN has a wildcard, if one has.
    """
    statement = iam.PolicyStatement(
        actions=actions, resources=resources, conditions=conditions or {}
    )
    role.add_to_principal_policy(statement)
    for resource in resources if wildcard_reason is not None else ():
        if "*" in resource:
            suppress_wildcard(role, resource, wildcard_reason or "")
