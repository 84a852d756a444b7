"""The lake of this service, for what reads it: the page, the API and the notices.

It is read with the clients of boto3, in threads beside the event loop of the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.lake import AwsLake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_aws.deployment import Deployment
    from playlake_transformer.settings import Settings


@dataclass(frozen=True, slots=True)
class OwnLake(AwsLake):
    """The lake of this service, of which the settings say the URLs of the queues.

    Attributes:
        urls: the URL of each queue by its name.
    """

    urls: Mapping[str, str]

    def queue_url(self, queue: str) -> str:
        """The URL of a queue by its name."""
        return self.urls[queue]

    def overwrites(self) -> int | None:
        """About how many raw objects wait for the overwriter; None if this service is told none."""
        is_known = self.deployment.names.overwrites_queue in self.urls
        return AwsLake.overwrites(self) if is_known else None


def lake_of(settings: Settings, deployment: Deployment) -> OwnLake:
    """The lake of a deployment."""
    names = deployment.names
    urls = {
        names.queue: settings.queue_url,
        names.dead_letter_queue: settings.dead_letter_queue_url,
    }
    if settings.overwrites_queue_url is not None:
        urls[names.overwrites_queue] = settings.overwrites_queue_url
    return OwnLake(deployment, aws_of(settings, deployment), urls)


def aws_of(settings: Settings, deployment: Deployment) -> AwsOfEnvironment:
    """The clients of AWS for the lake of a deployment."""
    return AwsOfEnvironment(deployment.region, settings.bucket_owner)
