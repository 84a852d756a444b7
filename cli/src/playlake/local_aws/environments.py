"""The environment that each service is started with.

A service refuses `PLAYLAKE_` names that it does not know, so it gets exactly its own; and no
`AWS_` name of the user's, so nothing local ever reaches the user's AWS account.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from playlake.local_aws.resources import REGION
from playlake.services.ports import HOST
from playlake.services.processes import service_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta
    from socket import socket

    from playlake.local_aws.aws import LocalAws

# A command that ends waits for the long poll to end first.
_POLL_WAIT_SECONDS = 1


def extractor_environment(
    inherited: Mapping[str, str],
    aws: LocalAws,
    source: Mapping[str, str],
    *,
    playlists: Iterable[str],
    scheduled_at: datetime,
    requests_per_second: float | None = None,
) -> dict[str, str]:
    """The environment of one run of the extractor against the local AWS.

    Args:
        inherited: the environment to start from, `os.environ`.
        aws: where to land.
        source: the settings by which it reaches the source.
        playlists: ids of playlists.
        scheduled_at: the run's scheduled time; tells runs apart.
        requests_per_second: None leaves the extractor's default.
    """
    own = {
        **aws_settings(aws),
        "PLAYLAKE_RAW_BUCKET": aws.resources.raw_bucket,
        "PLAYLAKE_PLAYLISTS": ",".join(playlists),
        "PLAYLAKE_SCHEDULED_AT": scheduled_at.isoformat(),
        **source,
    }
    if requests_per_second is not None:
        own["PLAYLAKE_REQUESTS_PER_SECOND"] = str(requests_per_second)
    return service_environment(inherited, own)


def transformer_environment(
    inherited: Mapping[str, str],
    aws: LocalAws,
    *,
    http_port: int,
    crawler_quiet: timedelta,
    http_socket: socket | None = None,
) -> dict[str, str]:
    """The environment of the transformer against the local AWS.

    Args:
        inherited: the environment to start from, `os.environ`.
        aws: where to transform.
        http_port: the port of its health, status and dashboard.
        crawler_quiet: how long the crawler waits after the last part.
        http_socket: a socket that listens on that port, which the service inherits.
    """
    names = aws.resources
    own = {
        **aws_settings(aws),
        "PLAYLAKE_RAW_BUCKET": names.raw_bucket,
        "PLAYLAKE_CURATED_BUCKET": names.curated_bucket,
        "PLAYLAKE_QUEUE_URL": aws.queue_url,
        "PLAYLAKE_DEAD_LETTER_QUEUE_URL": aws.dead_letter_queue_url,
        "PLAYLAKE_GLUE_DATABASE": names.glue_database,
        "PLAYLAKE_CRAWLER_NAME": names.crawler,
        "PLAYLAKE_CRAWLER_QUIET_SECONDS": str(crawler_quiet.total_seconds()),
        "PLAYLAKE_HTTP_HOST": HOST,
        "PLAYLAKE_HTTP_PORT": str(http_port),
        "PLAYLAKE_POLL_WAIT_SECONDS": str(_POLL_WAIT_SECONDS),
    }
    if http_socket is not None:
        own["PLAYLAKE_HTTP_SOCKET_FD"] = str(http_socket.fileno())
    return service_environment(inherited, own)


def aws_settings(aws: LocalAws) -> dict[str, str]:
    """AWS's own variables for a process that is to use the local AWS and no other."""
    return {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": aws.credential,
        "AWS_SECRET_ACCESS_KEY": aws.credential,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
