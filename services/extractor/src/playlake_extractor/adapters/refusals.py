"""What Spotify refused and what never arrived, told apart: spotipy's exceptions become ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests
import spotipy

from playlake_extractor.errors import (
    AuthorisationNeededError,
    ForbiddenError,
    GoneError,
    PlaylistError,
    RateLimitedError,
    SpotifyUnavailableError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_MESSAGE = 200


@contextmanager
def translated() -> Iterator[None]:
    """Raise what spotipy and requests raise as the extractor's errors, in one line each."""
    try:
        yield
    except spotipy.SpotifyException as error:
        raise _refusal(error) from error
    except requests.RequestException as error:
        message = _one_line(f"Spotify did not answer ({type(error).__name__}: {error})")
        raise SpotifyUnavailableError(message) from error
    except (AttributeError, TypeError, RecursionError) as error:
        # spotipy expects {"error": {…}} in an error's body, and JSON of a sane depth.
        message = "Spotify answered with an error or nesting that its documentation does not know"
        raise UnexpectedResponseError(message) from error


def _refusal(error: spotipy.SpotifyException) -> PlaylistError | AuthorisationNeededError:
    said = f"Spotify answered {error.http_status}{_said(error)}"
    match error.http_status:
        case 401:
            return AuthorisationNeededError(
                f"{said}: set PLAYLAKE_SPOTIFY_REFRESH_TOKEN to one of a user who may read the "
                "playlists"
            )
        case 403:
            return ForbiddenError(said)
        case 404:
            return GoneError(said)
        case 429:
            return RateLimitedError(f"{said} and {_asks_to_wait(error)}")
        case status if status >= requests.codes.server_error:
            return SpotifyUnavailableError(said)
        case _:
            return UnexpectedResponseError(said)


def _said(error: spotipy.SpotifyException) -> str:
    # spotipy puts the URL before what Spotify said, and writes None where it said nothing.
    message = _one_line(str(error.msg).partition(":\n")[2])
    words = [text for text in (error.reason, message) if text not in {None, "", "None"}]
    return f" ({': '.join(words)})" if words else ""


def _asks_to_wait(error: spotipy.SpotifyException) -> str:
    seconds = error.headers.get("Retry-After")
    return "does not say how long to wait" if seconds is None else f"asks to wait {seconds} s"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MAX_MESSAGE]
