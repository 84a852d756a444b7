"""The ECS cluster that all tasks run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ecs as ecs

from playlake_infra.checks.nag_suppressions import acknowledge

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.compute.network import Network
    from playlake_infra.settings import Settings


def make_cluster(scope: Construct, name: str, settings: Settings, network: Network) -> ecs.Cluster:
    """The cluster, with Fargate and Fargate Spot."""
    cluster = ecs.Cluster(
        scope,
        name,
        cluster_name=settings.name,
        vpc=network.vpc,
        container_insights_v2=(
            ecs.ContainerInsights.ENABLED
            if settings.container_insights
            else ecs.ContainerInsights.DISABLED
        ),
    )
    resource = cast("ecs.CfnCluster", cluster.node.default_child)
    resource.capacity_providers = ["FARGATE", "FARGATE_SPOT"]
    if not settings.container_insights:
        acknowledge(
            cluster,
            "ECS4",
            "the preset saves money: logs and SQS say what a small lake needs to know",
        )
    return cluster
