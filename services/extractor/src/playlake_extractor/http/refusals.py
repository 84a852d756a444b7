"""Turns statuses that are no success into the extractor's errors, with messages of one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import requests

from playlake_extractor.errors import (
    BadRequestError,
    ForbiddenError,
    GoneError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_LASTING: Final = {400: BadRequestError, 403: ForbiddenError, 404: GoneError}
_MAX_MESSAGE: Final = 200
_MOST_SECONDS: Final = 31 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Arrival:
    """The status and headers of a response."""

    status: int
    headers: Mapping[str, str]


def refusal(message: str, arrival: Arrival, *, quota_exceeded: bool = False) -> PlaylistError:
    """The error for a status that is not a success.

    Args:
        message: who answered what, such as `Spotify answered 404`.
        arrival: the status and the headers.
        quota_exceeded: whether a quota is spent, so that a short wait does not help.
    """
    match arrival.status:
        case 400 | 403 | 404:
            return _LASTING[arrival.status](message)
        case 429:
            return rate_limited(
                message, seconds(arrival.headers.get("Retry-After")), quota_exceeded=quota_exceeded
            )
        case status if status >= requests.codes.server_error:
            return SourceUnavailableError(message)
        case _:
            return UnexpectedResponseError(message)


def rate_limited(
    message: str, retry_after: timedelta | None, *, quota_exceeded: bool = False
) -> RateLimitedError:
    """The error of a limit on requests; its message says how long the source asks to wait."""
    wait = (
        "does not say how long to wait"
        if retry_after is None
        else f"asks to wait {retry_after.total_seconds():.0f} s"
    )
    return RateLimitedError(f"{message} and {wait}", retry_after, quota_exceeded=quota_exceeded)


def no_answer(service: str, error: Exception) -> SourceUnavailableError:
    """The error of a request without an answer, or without a whole one."""
    return SourceUnavailableError(
        one_line(f"{service} did not answer ({type(error).__name__}: {error})")
    )


def seconds(text: str | None) -> timedelta | None:
    """A whole number of seconds in a header, at most 31 days; None if it is none.

    HTTP allows a date as well, but no source sends one.
    """
    if text is None or not (text.isascii() and text.isdecimal()):
        return None
    return timedelta(seconds=min(int(text), _MOST_SECONDS))


def one_line(text: str) -> str:
    """A text of somebody else's in one line, cut short."""
    return " ".join(text.split())[:_MAX_MESSAGE]
