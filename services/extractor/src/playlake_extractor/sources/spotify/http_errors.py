"""Translates the errors of spotipy and requests into the extractor's errors."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import HTTPError

from playlake_extractor.errors import (
    BadRequestError,
    ForbiddenError,
    GoneError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    TokenRefusedError,
    UnexpectedResponseError,
)
from playlake_extractor.sources.spotify.spotipy_client import SpotifyException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LASTING = {400: BadRequestError, 403: ForbiddenError, 404: GoneError}
_MAX_MESSAGE = 200
_QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
_MOST_SECONDS = 31 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Arrival:
    """The status and headers of a response."""

    status: int
    headers: Mapping[str, str]


@contextmanager
def translated(arrived: Callable[[], Arrival]) -> Iterator[None]:
    """Translate errors of spotipy and requests into the extractor's, with messages of one line.

    Args:
        arrived: returns the last response, which spotipy loses if the body is unexpected.
    """
    try:
        yield
    except SpotifyException as error:
        arrival = Arrival(error.http_status, error.headers)
        raise refusal(arrival, _quoted(error), error.reason) from error
    except (requests.RequestException, HTTPError) as error:
        message = _one_line(f"Spotify did not answer ({type(error).__name__}: {error})")
        raise SourceUnavailableError(message) from error
    except (AttributeError, TypeError, RecursionError) as error:
        # spotipy expects {"error": {…}} in an error, and JSON that is not nested too deep.
        if arrived().status >= requests.codes.bad_request:
            raise refusal(arrived(), "", None) from error
        raise UnexpectedResponseError("Spotify's answer nests too deep") from error


def refusal(arrival: Arrival, quoted: str, reason: str | None) -> PlaylistError | TokenRefusedError:
    """The error for a status that is not a success.

    Args:
        arrival: the status and the headers.
        quoted: Spotify's message in brackets, after a space; empty if there is none.
        reason: the error's reason, if it has one.
    """
    message = f"Spotify answered {arrival.status}{quoted}"
    match arrival.status:
        case 401:
            return TokenRefusedError(
                f"{message}: authorise a user who may read the playlists, by `playlake login`"
            )
        case 400 | 403 | 404:
            return _LASTING[arrival.status](message)
        case 429:
            return _rate_limited(message, arrival.headers, reason)
        case status if status >= requests.codes.server_error:
            return SourceUnavailableError(message)
        case _:
            return UnexpectedResponseError(message)


def _quoted(error: SpotifyException) -> str:
    # spotipy puts the URL before Spotify's message, and writes None if there is none.
    message = _one_line(str(error.msg).partition(":\n")[2])
    words = [text for text in (error.reason, message) if text not in {None, "", "None"}]
    return f" ({': '.join(words)})" if words else ""


def _rate_limited(message: str, headers: Mapping[str, str], reason: str | None) -> RateLimitedError:
    retry_after = _seconds(headers.get("Retry-After"))
    wait = (
        "does not say how long to wait"
        if retry_after is None
        else f"asks to wait {retry_after.total_seconds():.0f} s"
    )
    quota_exceeded = reason == _QUOTA_EXCEEDED
    return RateLimitedError(f"{message} and {wait}", retry_after, quota_exceeded=quota_exceeded)


def _seconds(text: str | None) -> timedelta | None:
    # HTTP allows a date as well, but Spotify does not send one. A date is ignored.
    if text is None or not (text.isascii() and text.isdecimal()):
        return None
    return timedelta(seconds=min(int(text), _MOST_SECONDS))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MAX_MESSAGE]
