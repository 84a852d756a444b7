"""Tells the runs of the lake of this service by a topic of SNS.

Loaded when the first notice may be due: it needs much of what reads a lake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_transformer.notifying import Told
from playlake_transformer.own_lake import aws_of, lake_of
from playlake_web.adapters.athena import AthenaReader
from playlake_web.notices import Teller
from playlake_web.notices.s3_objects import S3Objects
from playlake_web.notices.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_aws.deployment import Deployment
    from playlake_transformer.ports import Clock
    from playlake_transformer.settings import Settings


def tells_of(
    settings: Settings, deployment: Deployment, topic: str, clock: Clock
) -> Callable[[], Told]:
    """What tells the runs of a deployment that are complete and were not told yet.

    A call may raise a `LakeError`.

    Args:
        settings: those of this service.
        deployment: the deployment.
        topic: the ARN of the topic.
        clock: the current time.
    """
    aws, lake = aws_of(settings, deployment), lake_of(settings, deployment)
    objects = S3Objects(aws.s3, settings.raw_bucket, settings.curated_bucket)
    reader = AthenaReader(lake, clock.now)
    teller = Teller(reader, objects, [Topic(aws.sns, topic)], clock=clock.now)

    def tell() -> Told:
        telling = teller.tell_new()
        return Told([notice.identity for notice in telling.sent], telling.failures)

    return tell
