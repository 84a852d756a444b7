"""The local AWS as a command sees it: an endpoint, the lake's resources, a client a service.

Nothing of the user's own AWS configuration is read: no profile, credentials, endpoint or proxy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

from playlake.local_aws.resources import ACCOUNT, REGION, Resources
from playlake.services.ports import HOST
from playlake_aws.athena import Database

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CREDENTIAL = "test"
# The standard mode retries what a server that is starting or busy answers; no proxy in between.
_CONFIG = Config(
    connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 3}, proxies={}
)


@dataclass(frozen=True)  # without slots: a client is made when it is first needed, and kept
class LocalAws:
    """A running local AWS.

    Attributes:
        port: where it listens on 127.0.0.1.
        resources: the lake's names there.
        credential: its access key and secret. A server started by a command refuses those of
            another one, so that nobody who means one local AWS reaches another on its port.
    """

    port: int
    resources: Resources = field(default_factory=Resources)
    credential: str = field(default=CREDENTIAL, repr=False)

    @property
    def endpoint_url(self) -> str:
        """The endpoint of every service, as `AWS_ENDPOINT_URL` wants it."""
        return f"http://{HOST}:{self.port}"

    @property
    def database(self) -> Database:
        """Where queries run."""
        names = self.resources
        return Database(names.glue_database, names.workgroup, names.results_location)

    @property
    def queue_url(self) -> str:
        """The queue of events of raw objects."""
        return f"{self.endpoint_url}/{ACCOUNT}/{self.resources.queue}"

    @property
    def dead_letter_queue_url(self) -> str:
        """The queue of messages that were received too often."""
        return f"{self.endpoint_url}/{ACCOUNT}/{self.resources.dead_letter_queue}"

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", endpoint_url=self.endpoint_url, config=_CONFIG)

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        return self._session.client("sqs", endpoint_url=self.endpoint_url, config=_CONFIG)

    @cached_property
    def glue(self) -> GlueClient:
        """The Glue Data Catalog and its crawlers."""
        return self._session.client("glue", endpoint_url=self.endpoint_url, config=_CONFIG)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """CloudFormation."""
        return self._session.client(
            "cloudformation", endpoint_url=self.endpoint_url, config=_CONFIG
        )

    @cached_property
    def athena(self) -> AthenaClient:
        """Athena."""
        return self._session.client("athena", endpoint_url=self.endpoint_url, config=_CONFIG)

    def close(self) -> None:
        """Close the connections of every client that was made."""
        for name in ("s3", "sqs", "glue", "cloudformation", "athena"):
            if client := self.__dict__.get(name):
                client.close()

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(
            botocore_session=botocore.session.Session(session_vars=_UNCONFIGURED),
            aws_access_key_id=self.credential,
            aws_secret_access_key=self.credential,
            region_name=REGION,
        )


# botocore's form: name in a file, name in the environment, value, conversion.
_UNCONFIGURED = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
