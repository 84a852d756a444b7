"""One request to Spotify: bounded in time, never redirected, and silent about what it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests

from playlake.errors import CommandError

Signature: TypeAlias = Callable[[requests.PreparedRequest], requests.PreparedRequest]

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


def send(url: str, signature: Signature, form: Mapping[str, str] | None = None) -> Answer:
    """Send a GET request, or a POST request with a form where there is one.

    Args:
        url: holds nothing secret.
        signature: adds what only Spotify may see.
        form: may hold secrets.

    Raises:
        CommandError: nobody answered; the message and its traceback hold nothing of the request.
    """
    try:
        # A signature is always given, for without one requests takes what ~/.netrc says.
        answer = requests.request(
            "GET" if form is None else "POST",
            url,
            data=form,
            auth=signature,
            timeout=_TIMEOUT.total_seconds(),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise CommandError(
            f"{urlsplit(url).hostname} did not answer ({type(error).__name__}): "
            "see whether this machine is online, and try again"
        ) from None
    return Answer(answer.status_code, _body(answer))


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The signature of a request whose form says who asks."""
    return request


def bearer(access_token: str) -> Signature:
    """The signature of a request to the Web API."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {access_token}"
        return request

    return sign


def _body(answer: requests.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except requests.JSONDecodeError:  # some refusals are plain text; their status says enough
        return {}
    return found if isinstance(found, dict) else {}
