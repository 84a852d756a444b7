"""The AWS clients of the checks, and reading with whatever permissions the credentials have."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from playlake_infra.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient

_CONFIG = Config(
    connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_T = TypeVar("_T")
_D = TypeVar("_D")


def open_session() -> boto3.Session:
    """Open a session with the credentials and the region that the CDK's CLI would use."""
    # The CDK reads AWS_REGION; botocore reads AWS_DEFAULT_REGION only.
    return boto3.Session(region_name=os.environ.get("AWS_REGION") or None)


@dataclass(frozen=True, slots=True)
class Clients:
    """The AWS clients that the checks use."""

    sts: STSClient
    cloudformation: CloudFormationClient
    s3: S3Client
    kms: KMSClient
    iam: IAMClient
    ssm: SSMClient
    ec2: EC2Client
    ecs: ECSClient
    secrets: SecretsManagerClient
    ecr: ECRClient

    @classmethod
    def of(cls, session: boto3.Session) -> Self:
        """Create the clients of a session."""
        return cls(
            sts=session.client("sts", config=_CONFIG),
            cloudformation=session.client("cloudformation", config=_CONFIG),
            s3=session.client("s3", config=_CONFIG),
            kms=session.client("kms", config=_CONFIG),
            iam=session.client("iam", config=_CONFIG),
            ssm=session.client("ssm", config=_CONFIG),
            ec2=session.client("ec2", config=_CONFIG),
            ecs=session.client("ecs", config=_CONFIG),
            secrets=session.client("secretsmanager", config=_CONFIG),
            ecr=session.client("ecr", config=_CONFIG),
        )

    def place(self) -> Place:
        """Ask for the account of the credentials, and read their region."""
        return Place(self.sts.get_caller_identity()["Account"], self.s3.meta.region_name)


@dataclass(frozen=True, slots=True)
class Permitted:
    """Reads what the credentials may read.

    Attributes:
        unread: a sentence about everything that they may not.
    """

    unread: list[str] = field(default_factory=list)

    def read(self, what: str, action: str, call: Callable[[], _T]) -> _T | None:
        """Make a call, or note that the credentials lack its permission and return None.

        Raises:
            ClientError: AWS refuses the call for another reason.
        """
        try:
            return call()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _DENIED:
                raise
            self.unread.append(f"{what} was not checked, because the credentials lack {action}")
            return None


def read_or(default: _D, call: Callable[[], _T], *absent: str) -> _T | _D:
    """Make a call, or return a default if its error says that there is no such thing.

    Raises:
        ClientError: AWS refuses the call for another reason.
    """
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in absent:
            raise
        return default


def read_or_absent(call: Callable[[], _T]) -> _T | None:
    """Ask CloudFormation of a stack; None if it knows no such stack.

    Raises:
        ClientError: AWS refuses the call for another reason.
    """
    try:
        return call()
    except ClientError as error:
        # The code is that of every refused argument.
        if "does not exist" not in str(error):
            raise
        return None
