"""Configures AWS clients with explicit timeouts and retries, and translates AWS's errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiobotocore.config import AioConfig

from playlake_contracts.errors import PlaylakeError
from playlake_transformer import __version__
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from botocore.exceptions import ClientError

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
MAX_ATTEMPTS = 4

NOT_FOUND = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
FORBIDDEN = frozenset({"AccessDenied", "403"})
PRECONDITION_FAILED = frozenset({"PreconditionFailed", "412"})
CONFLICT = frozenset({"ConditionalRequestConflict", "409"})


def client_config(*, connections: int, long_poll: timedelta | None = None) -> AioConfig:
    """Configure a client; the wait of a long poll is added to its read timeout."""
    extra = long_poll.total_seconds() if long_poll is not None else 0
    return AioConfig(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS + extra,
        max_pool_connections=connections,
        # botocore's own text is put together anew for every call, which takes longer than signing.
        user_agent=f"playlake-transformer/{__version__}",
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
    )


@contextmanager
def aws_call(action: str) -> Iterator[None]:
    """Turn any error of an AWS call into an `AwsUnavailableError` that names the action.

    Permanent failures, such as a missing permission, are retried too, so that no message is lost.
    After the queue's maximum number of deliveries the message is in the dead-letter queue.
    """
    try:
        yield
    except PlaylakeError:
        raise
    except Exception as error:
        # Credential providers raise more than botocore's own errors: RuntimeError, ValueError…
        raise AwsUnavailableError(f"{action}: {type(error).__name__}: {error}") from error


def error_code(error: ClientError) -> str:
    """The error code that AWS sent, such as `NoSuchKey`."""
    return error.response.get("Error", {}).get("Code", "")
