"""Translates the errors of spotipy and requests into the extractor's errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import HTTPError

from playlake_extractor.errors import PlaylistError, TokenRefusedError, UnexpectedResponseError
from playlake_extractor.http.refusals import Arrival, no_answer, one_line
from playlake_extractor.http.refusals import refusal as refusal_of
from playlake_extractor.sources.spotify.spotipy_client import SpotifyException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUOTA_EXCEEDED = "QUOTA_EXCEEDED"


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
        raise no_answer("Spotify", error) from error
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
    if arrival.status == requests.codes.unauthorized:
        return TokenRefusedError(
            f"{message}: authorise a user who may read the playlists, by `playlake login`"
        )
    return refusal_of(message, arrival, quota_exceeded=reason == _QUOTA_EXCEEDED)


def _quoted(error: SpotifyException) -> str:
    # spotipy puts the URL before Spotify's message, and writes None if there is none.
    message = one_line(str(error.msg).partition(":\n")[2])
    words = [text for text in (error.reason, message) if text not in {None, "", "None"}]
    return f" ({': '.join(words)})" if words else ""
