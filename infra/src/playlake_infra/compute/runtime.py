"""What tasks run on: the network, the cluster, the images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_infra.compute.cluster import make_cluster
from playlake_infra.compute.images import Images
from playlake_infra.compute.network import Network

if TYPE_CHECKING:
    from aws_cdk import aws_ecs as ecs
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
        cluster=make_cluster(scope, "Cluster", settings, network),
        images=Images(scope, "Images", settings),
    )
