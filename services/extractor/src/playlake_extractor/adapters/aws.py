"""Creates AWS clients, and translates AWS's errors."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    MetadataRetrievalError,
    TokenRetrievalError,
)

from playlake_contracts.aws_answers import NotAwsError, refuse_others
from playlake_contracts.errors import PlaylakeError
from playlake_extractor.errors import ConfigurationError, LandingFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.config import Config

# Temporary refusals, or expired credentials: the settings are not wrong.
_TRANSIENT: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "RequestLimitExceeded",
        "RequestTimeout",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_NO_CREDENTIALS_NOW: Final = (CredentialRetrievalError, MetadataRetrievalError, TokenRetrievalError)


def make_client(service: Any, config: Config, region: str | None = None) -> Any:  # noqa: ANN401 - the service decides the type
    """Create a client of a service, configured by AWS's own environment variables.

    Raises:
        ConfigurationError: the variables do not configure a client.
        LandingFailedError: the source of the credentials does not answer.
    """
    with aws_call("AWS gives no credentials"):
        try:
            client = boto3.client(service, region_name=region, config=config)
        except _NO_CREDENTIALS_NOW:
            raise
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(
                "correct the AWS_ environment variables, such as AWS_REGION and AWS_ENDPOINT_URL: "
                f"{error}"
            ) from error
    refuse_others(client.meta.events)
    return client


@contextmanager
def aws_call(failed: str) -> Iterator[None]:
    """Turn any error of an AWS call into a `LandingFailedError`.

    botocore retries calls and credentials itself. It passes on the errors of credential providers,
    which can be of any type, such as RuntimeError or KeyError.

    Args:
        failed: the action that failed; the message begins with it.
    """
    try:
        yield
    except PlaylakeError:
        raise
    except (BotoCoreError, ClientError, NotAwsError) as error:
        raise LandingFailedError(f"{failed}: {error}") from error
    except Exception as error:
        raise LandingFailedError(
            f"{failed}: {type(error).__name__}: {error}; if it stays, check the AWS credentials "
            "and the role that they are for"
        ) from error


def is_lasting(error: ClientError) -> bool:
    """Whether AWS refused a request for a lasting reason: a missing name, or no permission."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response.get("Error", {}).get("Code")
    is_client_error = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_client_error and status != HTTPStatus.TOO_MANY_REQUESTS and code not in _TRANSIENT
