"""Suppressions of cdk-nag findings, each with its reason; they leave no trace in the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk

if TYPE_CHECKING:
    from constructs import IConstruct


def suppress(scope: IConstruct, rule: str, reason: str) -> None:
    """Suppress a rule of the AwsSolutions pack for a construct and everything within it.

    Args:
        scope: the construct.
        rule: the rule's name, such as `SQS3`.
        reason: why the finding is intended.
    """
    cdk.Validations.of(scope).acknowledge(
        cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    )


def suppress_wildcard(scope: IConstruct, resource: str, reason: str) -> None:
    """Suppress the finding that a policy within a construct names a resource by a wildcard.

    cdk-nag still reports every other wildcard.
    """
    name = _nag_name(cdk.Stack.of(scope).resolve(resource))
    suppress(scope, f"IAM5[Resource::{name}]", reason)


def _nag_name(value: Any) -> str:  # noqa: ANN401  any value of a template
    """An ARN as cdk-nag writes it: references in angle brackets."""
    match value:
        case {"Fn::Join": [_, parts]}:
            return "".join(map(_nag_name, parts))
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
