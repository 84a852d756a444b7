"""Sends notices to a webhook: an HTTP POST of JSON, signed as Standard Webhooks has it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests

from playlake_contracts.version import VERSION
from playlake_web.notices.channels import NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.notices.notice import Notice

_TIMEOUT_SECONDS: Final = (5, 15)
_PAUSES_SECONDS: Final = (1.0, 4.0)
_ENCODED: Final = "whsec_"
_AGAIN: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def check_address(address: str) -> str:
    """Check that notices may be sent to an address, and return it.

    Raises:
        ValueError: it is neither an https address nor an http address of this machine.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("it is no address such as https://example.org/hook") from error
    is_https = parts.scheme == "https"
    if not host or not (is_https or (parts.scheme == "http" and is_loopback(host))):
        raise ValueError(
            "it is neither an address such as https://example.org/hook nor an http address of "
            "this machine"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("it has a user or a password, which no request is sent with")
    return address


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook; implements `channels.Channel`.

    Attributes:
        address: where notices are sent; see `check_address`.
        secret: signs them: any text, or base64 after `whsec_`.
        sleep: pauses for seconds.
        now: the time in seconds since 1970, UTC.
    """

    address: str
    secret: str | None = None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    @property
    def name(self) -> str:
        """What distinguishes it."""
        return "webhook"

    @property
    def place(self) -> str:
        """Its host; the path of an address is often a secret."""
        return f"the webhook at {urlsplit(self.address).netloc}"

    def send(self, notice: Notice) -> None:
        """Send a notice; a passing failure is tried again twice."""
        for pause in (*_PAUSES_SECONDS, None):
            failure, is_passing = self._post(notice)
            if failure is None:
                return
            if pause is None or not is_passing:
                raise NotSentError(f"{self.place} {failure}")
            self.sleep(pause)

    def _post(self, notice: Notice) -> tuple[str | None, bool]:
        """Send a notice once: what failed, and whether another attempt may succeed."""
        body = notice.json()
        with requests.Session() as session:
            # A proxy of the environment cannot reach this machine.
            session.trust_env = not is_loopback(urlsplit(self.address).hostname or "")
            try:
                with session.post(
                    self.address,
                    data=body,
                    headers=self._headers(notice.identity, body),
                    auth=_with_nothing,
                    timeout=_TIMEOUT_SECONDS,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    return _failure(answer)
            except requests.RequestException as error:
                # Its message may have the address.
                return f"did not answer ({type(error).__name__})", True

    def _headers(self, identity: str, body: bytes) -> dict[str, str]:
        moment = str(int(self.now()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Playlake/{VERSION}",
            "webhook-id": identity,
            "webhook-timestamp": moment,
        }
        if self.secret is not None:
            headers["webhook-signature"] = signature(self.secret, identity, moment, body)
        return headers


def signature(secret: str, identity: str, moment: str, body: bytes) -> str:
    """The header `webhook-signature` of a message.

    Args:
        secret: any text, or base64 after `whsec_`.
        identity: the header `webhook-id`.
        moment: the header `webhook-timestamp`.
        body: the body.

    Raises:
        ValueError: what stands after `whsec_` is not base64.
    """
    signed = f"{identity}.{moment}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def check_secret(secret: str) -> str:
    """Check that a secret can sign, and return it.

    Raises:
        ValueError: what stands after `whsec_` is not base64.
    """
    _key(secret)
    return secret


def _key(secret: str) -> bytes:
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except binascii.Error as error:
        raise ValueError(f"what stands after {_ENCODED} is not base64") from error


def _failure(answer: requests.Response) -> tuple[str | None, bool]:
    status = answer.status_code
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None, False
    if answer.is_redirect:
        there = urlsplit(answer.headers["location"]).netloc or "another path"
        return f"answered {status} and leads to {there}: set the address that it leads to", False
    is_passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _AGAIN
    return f"answered {status}", is_passing


def _with_nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authorize a request by nothing; otherwise ~/.netrc would be read."""
    return request


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or its address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return False
