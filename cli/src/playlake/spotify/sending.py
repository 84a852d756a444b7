"""One request to Spotify's Web API: bounded in time, never redirected, silent about its token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Spotify answered: its status, and its JSON object, empty where it sent none."""

    status: int
    body: Mapping[str, Any]

    @property
    def is_ok(self) -> bool:
        """Whether the request was served."""
        return self.status == HTTPStatus.OK


def send(url: str, access_token: str) -> Answer:
    """Send a GET request.

    Raises:
        CommandError: there was no answer; the message and its traceback do not hold the token.
    """

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {access_token}"
        return request

    try:
        answer = requests.get(
            url, auth=sign, timeout=_TIMEOUT.total_seconds(), allow_redirects=False
        )
    except requests.RequestException as error:
        raise CommandError(
            f"{urlsplit(url).hostname} did not answer ({type(error).__name__}): "
            "check that this machine is online, and try again"
        ) from None
    return Answer(answer.status_code, _body(answer))


def _body(answer: requests.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except requests.JSONDecodeError:  # some refusals are plain text; their status says enough
        return {}
    return found if isinstance(found, dict) else {}
