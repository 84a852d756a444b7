"""The clients of AWS that a lake uses.

AWS's own environment variables and files give credentials, profile and endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.session import get_session
from botocore.utils import parse_timestamp

from playlake_contracts.aws_answers import refuse_others
from playlake_contracts.aws_times import quick_times
from playlake_contracts.bucket_owner import expect_owner

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    # The bucket is in the path, so that an endpoint without wildcard names works as well.
    s3={"addressing_style": "path"},
)


class Aws(Protocol):
    """The clients of the services that a lake uses."""

    @property
    def s3(self) -> S3Client:
        """S3."""

    @property
    def sqs(self) -> SQSClient:
        """SQS."""

    @property
    def glue(self) -> GlueClient:
        """The Glue Data Catalog and its crawlers."""

    @property
    def athena(self) -> AthenaClient:
        """Athena."""


@dataclass(frozen=True)  # without slots: a client is made when it is first needed, and kept
class AwsOfEnvironment:
    """The clients that the environment of the process configures; implements `Aws`.

    Any thread may ask for one.

    Attributes:
        region: the region of the lake.
        bucket_owner: the account that the buckets have to belong to; None allows any.
    """

    region: str
    bucket_owner: str | None = None
    # A session of boto3 is not for several threads at once, its clients are.
    _lock: RLock = field(default_factory=RLock, compare=False, repr=False)

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        with self._lock:
            client = self._session.client("s3", config=_CONFIG)
            expect_owner(client.meta.events, self.bucket_owner)
            return client

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        with self._lock:
            return self._session.client("sqs", config=_CONFIG)

    @cached_property
    def glue(self) -> GlueClient:
        """The Glue Data Catalog and its crawlers."""
        with self._lock:
            return self._session.client("glue", config=_CONFIG)

    @cached_property
    def athena(self) -> AthenaClient:
        """Athena."""
        with self._lock:
            return self._session.client("athena", config=_CONFIG)

    @cached_property
    def sns(self) -> Any:  # noqa: ANN401 - boto3's, which needs no types for one call
        """SNS."""
        with self._lock:
            make: Any = self._session.client
            return make("sns", config=_CONFIG)

    @cached_property
    def _session(self) -> boto3.Session:
        own = get_session()
        quick_times(own, parse_timestamp)
        session = boto3.Session(region_name=self.region, botocore_session=own)
        refuse_others(session.events)
        return session
