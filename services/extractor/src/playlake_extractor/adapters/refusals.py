"""What Spotify refused and what never arrived, told apart: spotipy's exceptions become ours."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import requests
import spotipy
from urllib3.exceptions import HTTPError

from playlake_extractor.errors import (
    ForbiddenError,
    GoneError,
    PlaylistError,
    RateLimitedError,
    SpotifyUnavailableError,
    TokenRefusedError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_MESSAGE = 200
_QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
_MOST_SECONDS = 31 * 24 * 60 * 60


@contextmanager
def translated() -> Iterator[None]:
    """Raise what spotipy and requests raise as the extractor's errors, in one line each."""
    try:
        yield
    except spotipy.SpotifyException as error:
        raise _refusal(error) from error
    except (requests.RequestException, HTTPError) as error:
        message = _one_line(f"Spotify did not answer ({type(error).__name__}: {error})")
        raise SpotifyUnavailableError(message) from error
    except (AttributeError, TypeError, RecursionError) as error:
        # spotipy expects {"error": {…}} in an error's body, and JSON of a sane depth.
        message = "Spotify answered with an error or nesting that its documentation does not know"
        raise UnexpectedResponseError(message) from error


def _refusal(error: spotipy.SpotifyException) -> PlaylistError | TokenRefusedError:
    said = f"Spotify answered {error.http_status}{_said(error)}"
    match error.http_status:
        case 401:
            return TokenRefusedError(
                f"{said}: authorise a user who may read the playlists, by `playlake login`"
            )
        case 403:
            return ForbiddenError(said)
        case 404:
            return GoneError(said)
        case 429:
            return _rate_limited(said, error)
        case status if status >= requests.codes.server_error:
            return SpotifyUnavailableError(said)
        case _:
            return UnexpectedResponseError(said)


def _said(error: spotipy.SpotifyException) -> str:
    # spotipy puts the URL before what Spotify said, and writes None where it said nothing.
    message = _one_line(str(error.msg).partition(":\n")[2])
    words = [text for text in (error.reason, message) if text not in {None, "", "None"}]
    return f" ({': '.join(words)})" if words else ""


def _rate_limited(said: str, error: spotipy.SpotifyException) -> RateLimitedError:
    retry_after = _seconds(error.headers.get("Retry-After"))
    asks = (
        "does not say how long to wait"
        if retry_after is None
        else f"asks to wait {retry_after.total_seconds():.0f} s"
    )
    quota_exceeded = error.reason == _QUOTA_EXCEEDED
    return RateLimitedError(f"{said} and {asks}", retry_after, quota_exceeded=quota_exceeded)


def _seconds(text: str | None) -> timedelta | None:
    # HTTP allows a date as well, which Spotify does not send: it counts as nothing said.
    if text is None or not (text.isascii() and text.isdecimal()):
        return None
    return timedelta(seconds=min(int(text), _MOST_SECONDS))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MAX_MESSAGE]
