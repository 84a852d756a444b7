"""The clients of S3 and Glue, configured by AWS's own environment variables, and AWS's errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    MetadataRetrievalError,
    TokenRetrievalError,
)
from botocore.session import get_session
from botocore.utils import parse_timestamp

from playlake_compactor.errors import ConfigurationError, LakeUnavailableError
from playlake_contracts.aws_answers import NotAwsError, refuse_others
from playlake_contracts.aws_times import quick_times
from playlake_contracts.bucket_owner import expect_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

_CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 5},
    # The bucket is in the path, so that an endpoint without wildcard names works as well.
    s3={"addressing_style": "path"},
)
_NO_CREDENTIALS_NOW: Final = (CredentialRetrievalError, MetadataRetrievalError, TokenRetrievalError)


def clients(owner: str | None) -> tuple[S3Client, GlueClient]:
    """Create the clients with timeouts and retries.

    Args:
        owner: the account that the buckets have to belong to; None allows any.

    Raises:
        ConfigurationError: the variables do not configure a client.
        LakeUnavailableError: the source of the credentials does not answer.
    """
    own = get_session()
    quick_times(own, parse_timestamp)
    with aws_calls():
        try:
            session = boto3.Session(botocore_session=own)
            s3 = session.client("s3", config=_CONFIG)
            glue = session.client("glue", config=_CONFIG)
        except _NO_CREDENTIALS_NOW:
            raise
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(
                "correct the AWS_ environment variables, such as AWS_REGION and AWS_ENDPOINT_URL: "
                f"{error}"
            ) from error
    for client in (s3, glue):
        refuse_others(client.meta.events)
    expect_owner(s3.meta.events, owner)
    return s3, glue


@contextmanager
def aws_calls() -> Iterator[None]:
    """Turn the errors of AWS calls into `LakeUnavailableError`.

    botocore retries calls and credentials itself.
    """
    try:
        yield
    except (BotoCoreError, ClientError, NotAwsError) as error:
        raise LakeUnavailableError(
            f"S3 or Glue refused, or did not answer ({error}): if it stays, check the buckets and "
            "the permissions of the role; the next compaction or sync goes on"
        ) from error
