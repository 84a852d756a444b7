"""The AWS of a simulation: the twins with their buckets, queues, tables and crawler."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from landed import RAW_BUCKET
from twins.aws import GlueTwin, S3Twin, SqsTwin

from playlake_contracts.tables import TABLES
from simulation.life import CRAWLER, CURATED_BUCKET, DATABASE

if TYPE_CHECKING:
    import random

    from twins.aws.glue import Crawler
    from twins.aws.s3_bucket import Bucket
    from twins.aws.sqs_queue import Queue

# SQS moves a message that has been received so often; nothing here may come near it.
MAX_RECEIVES = 1000


@dataclass(frozen=True, slots=True)
class SimulatedAws:
    """It outlives every process."""

    s3: S3Twin
    sqs: SqsTwin
    glue: GlueTwin
    _urls: list[str] = field(default_factory=list)

    @classmethod
    async def make(cls, dice: random.Random, *, is_versioned: bool) -> SimulatedAws:
        """Provision everything."""
        aws = cls(S3Twin(), SqsTwin(dice), GlueTwin())
        await aws._make_buckets(is_versioned=is_versioned)
        await aws._make_queues()
        for table in TABLES:
            await aws.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": table})
        await aws.glue.create_crawler(Name=CRAWLER)
        return aws

    async def _make_buckets(self, *, is_versioned: bool) -> None:
        on = {"Status": "Enabled"}
        for name in (RAW_BUCKET, CURATED_BUCKET):
            await self.s3.create_bucket(Bucket=name)
            if is_versioned or name == CURATED_BUCKET:
                await self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=on)

    async def _make_queues(self) -> None:
        dead = (await self.sqs.create_queue(QueueName="dead"))["QueueUrl"]
        policy = {
            "deadLetterTargetArn": self.sqs.queues[dead].arn,
            "maxReceiveCount": MAX_RECEIVES,
        }
        attributes = {"RedrivePolicy": json.dumps(policy)}
        url = (await self.sqs.create_queue(QueueName="events", Attributes=attributes))["QueueUrl"]
        self._urls.extend([url, dead])

    @property
    def raw(self) -> Bucket:
        """The raw bucket."""
        return self.s3.buckets[RAW_BUCKET]

    @property
    def curated(self) -> Bucket:
        """The curated bucket, which keeps what was overwritten."""
        return self.s3.buckets[CURATED_BUCKET]

    @property
    def queue(self) -> Queue:
        """The queue of events."""
        return self.sqs.queues[self._urls[0]]

    @property
    def dead_letters(self) -> Queue:
        """The dead-letter queue."""
        return self.sqs.queues[self._urls[1]]

    @property
    def crawler(self) -> Crawler:
        """The crawler."""
        return self.glue.crawlers[CRAWLER]
