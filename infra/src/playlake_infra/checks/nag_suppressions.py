"""What cdk-nag finds and why it is right here; said beside the resource, never in the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk

if TYPE_CHECKING:
    from constructs import IConstruct


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge a rule of the AwsSolutions pack for a construct and all within it.

    Args:
        scope: the construct.
        rule: such as `SQS3`.
        reason: why what the rule finds is wanted.
    """
    cdk.Validations.of(scope).acknowledge(
        cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    )


def acknowledge_wildcard(scope: IConstruct, resource: str, reason: str) -> None:
    """Acknowledge that a policy within a construct names one resource by a wildcard.

    Any other wildcard goes on being found.
    """
    named = _as_nag_names(cdk.Stack.of(scope).resolve(resource))
    acknowledge(scope, f"IAM5[Resource::{named}]", reason)


def _as_nag_names(value: Any) -> str:  # noqa: ANN401  any value of a template
    """An ARN as cdk-nag writes it: references in angle brackets."""
    match value:
        case {"Fn::Join": [_, parts]}:
            return "".join(map(_as_nag_names, parts))
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
