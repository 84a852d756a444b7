"""Fetches covers from Spotify's image hosts: without credentials, and from no other host.

These hosts are not the Web API, so no quota counts the requests.
"""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from playlake_contracts.covers import MAX_COVER_BYTES
from playlake_extractor.http.refusals import one_line
from playlake_extractor.http.response_body import Body
from playlake_extractor.http.sessions import open_session
from playlake_extractor.ports import NoCover

if TYPE_CHECKING:
    from collections.abc import Callable

# Covers are at i.scdn.co, mosaic.scdn.co, image-cdn-ak.spotifycdn.com and others of these domains.
IMAGE_DOMAINS: Final = ("scdn.co", "spotifycdn.com")

_TRIES: Final = 2
_PAUSE_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 5.0
_WITHIN: Final = timedelta(seconds=20)
_MAX_MESSAGE: Final = 200


class SpotifyCovers:
    """Spotify's covers; implements `ports.CoverHost`.

    Args:
        api_url: the base URL of the Web API. The stand-in for Spotify has its covers on its own
            host; that of Spotify's Web API has none.
        sleep: waits for a number of seconds.
    """

    def __init__(self, api_url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        url = urlsplit(api_url)
        self._own = f"{url.scheme}://{url.netloc}"
        self._sleep = sleep

    def fetch(self, address: str) -> bytes | NoCover:
        """Fetch the image at an address, or say why there is none."""
        if not self._is_allowed(address):
            return NoCover(f"Covers are not fetched from {address[:_MAX_MESSAGE]!r}")
        found = _get(address)
        for _ in range(_TRIES - 1):
            if not isinstance(found, _Passing):
                break
            self._sleep(_PAUSE_SECONDS)
            found = _get(address)
        return found

    def _is_allowed(self, address: str) -> bool:
        try:
            url = urlsplit(address)
            port = url.port
        except ValueError:
            return False
        if f"{url.scheme}://{url.netloc}" == self._own:
            return True
        # A name and a password before the host would be sent as credentials.
        is_plain = url.scheme == "https" and "@" not in url.netloc and port in {None, 443}
        domain = ".".join((url.hostname or "").split(".")[-2:])
        return is_plain and domain in IMAGE_DOMAINS


class _Passing(NoCover):
    """A failure that another try may not meet."""


def _get(address: str) -> bytes | NoCover:
    body = Body(_WITHIN, most_bytes=MAX_COVER_BYTES)
    try:
        with open_session(address) as session:
            session.hooks["response"].append(body.keep)
            timeout = (_CONNECT_SECONDS, _WITHIN.total_seconds())
            response = session.get(address, timeout=timeout, allow_redirects=False, stream=True)
    except requests.exceptions.ContentDecodingError as error:
        return NoCover(f"Its cover cannot be taken: {error}")
    except (requests.RequestException, HTTPError, ValueError) as error:
        return _Passing(one_line(f"Its cover did not arrive ({type(error).__name__}: {error})"))
    if response.status_code == HTTPStatus.OK:
        return body.content
    failed = _Passing if _is_passing(response.status_code) else NoCover
    return failed(f"The host of its cover answered {response.status_code}")


def _is_passing(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
