"""The check before a deployment: it reads from AWS what would make the deployment fail."""

from __future__ import annotations

import os
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from playlake_infra.checks.preflight_checks import (
    BUCKET_STATUSES,
    AwsState,
    ServiceInputs,
    find_problems,
)
from playlake_infra.compute.images import NOTHING_PUSHED, SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sts import STSClient

    from playlake_infra.settings import Settings

_CONFIG = Config(
    connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)


class PreflightError(Exception):
    """The deployment would fail; the message has a line for each problem."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("\n".join(" ".join(problem.split()) for problem in problems))


def check(settings: Settings, tag: str | None) -> None:
    """Check a deployment with the credentials and the region that the CDK's CLI would use.

    Args:
        settings: the settings of the deployment.
        tag: the tag of the images to run; None if no service is to start.

    Raises:
        PreflightError: the deployment would fail.
    """
    try:
        # The CDK reads AWS_REGION; botocore reads AWS_DEFAULT_REGION only.
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        problems = _missing(session) or find_problems(
            read_state(Clients.of(session), settings, tag)
        )
    except BotoCoreError as error:
        problems = [f"AWS cannot be reached, check credentials and region: {error}"]
    except ClientError as error:
        problems = [f"AWS refuses a request, check credentials and permissions: {error}"]
    if problems:
        raise PreflightError(problems)


@dataclass(frozen=True, slots=True)
class Clients:
    """The AWS clients that the check uses."""

    sts: STSClient
    s3: S3Client
    secrets: SecretsManagerClient
    ecr: ECRClient

    @classmethod
    def of(cls, session: boto3.Session) -> Self:
        """Create the clients of a session."""
        return cls(
            sts=session.client("sts", config=_CONFIG),
            s3=session.client("s3", config=_CONFIG),
            secrets=session.client("secretsmanager", config=_CONFIG),
            ecr=session.client("ecr", config=_CONFIG),
        )


def read_state(clients: Clients, settings: Settings, tag: str | None) -> AwsState:
    """Read the state of AWS: the buckets and, if a tag is given, the secret and the images.

    Raises:
        BotoCoreError: AWS cannot be reached.
        ClientError: AWS refuses the credentials, or they lack a permission.
    """
    account = clients.sts.get_caller_identity()["Account"]
    region = clients.s3.meta.region_name
    names = settings.names
    buckets = (names.raw_bucket(account, region), names.curated_bucket(account, region))
    return AwsState(
        buckets={name: _status(clients.s3, name, account) for name in buckets},
        services=_service_inputs(clients, settings, tag),
    )


def _missing(session: boto3.Session) -> list[str]:
    missing = []
    if session.get_credentials() is None:
        missing.append("there are no AWS credentials: run `aws configure`, or set AWS_PROFILE")
    if session.region_name is None:
        missing.append("there is no AWS region: set AWS_REGION")
    return missing


def _service_inputs(clients: Clients, settings: Settings, tag: str | None) -> ServiceInputs | None:
    if tag is None or tag == NOTHING_PUSHED:
        return None
    secret = settings.names.spotify_secret
    repositories = [settings.names.repository(service) for service in SERVICES]
    return ServiceInputs(
        secret_name=secret,
        secret=_secret(clients.secrets, secret),
        missing_images=tuple(
            f"{repository}:{tag}"
            for repository in repositories
            if not _is_pushed(clients.ecr, repository, tag)
        ),
    )


def _status(s3: S3Client, bucket: str, account: str) -> int:
    try:
        answer = s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status not in BUCKET_STATUSES:
            raise
        return status
    # botocore redirects the request to the region of the bucket.
    is_here = answer.get("BucketRegion", s3.meta.region_name) == s3.meta.region_name
    return HTTPStatus.OK if is_here else HTTPStatus.MOVED_PERMANENTLY


def _secret(secrets: SecretsManagerClient, name: str) -> str | None:
    try:
        return secrets.get_secret_value(SecretId=name).get("SecretString", "")
    except secrets.exceptions.ResourceNotFoundException:
        return None


def _is_pushed(ecr: ECRClient, repository: str, tag: str) -> bool:
    try:
        answer = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return False
    return bool(answer["imageDetails"])
