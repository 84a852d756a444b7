"""The log group of a service and its retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings


def log_group(scope: Construct, name: str, settings: Settings, service: str) -> logs.LogGroup:
    """Create the log group of a service, named after it."""
    group = logs.LogGroup(
        scope,
        name,
        log_group_name=f"/{settings.name}/{service}",
        removal_policy=RemovalPolicy.DESTROY,
    )
    cast(
        "logs.CfnLogGroup", group.node.default_child
    ).retention_in_days = settings.log_retention_days
    return group
