"""What tasks run on: the network, the cluster, the images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ecs as ecs

from playlake_infra.checks.nag_suppressions import acknowledge
from playlake_infra.compute.images import Images
from playlake_infra.compute.network import Network

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where tasks run and from which images."""

    network: Network
    cluster: ecs.Cluster
    images: Images


def make_runtime(scope: Construct, settings: Settings) -> Runtime:
    """Everything that a task needs in order to run."""
    network = Network(scope, "Network", settings)
    return Runtime(
        network=network,
        cluster=_cluster(scope, "Cluster", settings, network),
        images=Images(scope, "Images", settings),
    )


def _cluster(scope: Construct, name: str, settings: Settings, network: Network) -> ecs.Cluster:
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
