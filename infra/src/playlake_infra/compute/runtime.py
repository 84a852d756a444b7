"""What the tasks need to run: network, cluster and images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ecs as ecs

from playlake_infra.checks.nag_suppressions import suppress
from playlake_infra.compute.images import Images
from playlake_infra.compute.network import Network

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """The network, the cluster and the images of the tasks."""

    network: Network
    cluster: ecs.Cluster
    images: Images


def make_runtime(scope: Construct, settings: Settings) -> Runtime:
    """Create the network, the cluster and the images."""
    network = Network(scope, "Network", settings)
    return Runtime(
        network=network,
        cluster=_cluster(scope, "Cluster", settings, network),
        images=Images(scope, "Images", settings),
    )


def _cluster(scope: Construct, name: str, settings: Settings, network: Network) -> ecs.Cluster:
    """Create the cluster, with Fargate and Fargate Spot."""
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
        suppress(
            cluster,
            "ECS4",
            "the preset saves money; logs and the metrics of SQS suffice for a small lake",
        )
    return cluster
