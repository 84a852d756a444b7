"""Authenticates the app that asks for a token: by its secret, or only by its id (PKCE)."""

import base64
import binascii
from collections.abc import Mapping
from enum import Enum
from secrets import compare_digest

from playlake_sandbox.errors import AccountsError
from playlake_sandbox.settings import Settings


class Client(Enum):
    """How an app authenticated itself."""

    CONFIDENTIAL = "by its secret"
    PUBLIC = "by its id"


def authenticate(authorization: str, form: Mapping[str, str], settings: Settings) -> Client:
    """Returns how our app authenticated itself; raises AccountsError for any other app."""
    if not authorization and "client_id" in form:
        _check_id(form["client_id"], settings)
        return Client.PUBLIC
    client_id, secret = _basic_pair(authorization)
    _check_id(client_id, settings)
    if not _equal(secret, settings.client_secret.get_secret_value()):
        raise wrong_secret()
    return Client.CONFIDENTIAL


def wrong_secret() -> AccountsError:
    """Returns the error for an app that did not send its secret, or sent a wrong one."""
    return AccountsError("invalid_client", "Invalid client secret")


def _check_id(client_id: str, settings: Settings) -> None:
    if not _equal(client_id, settings.client_id):
        raise AccountsError("invalid_client", "Invalid client")


def _basic_pair(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = decoded.partition(":")
    return client_id, secret


def _equal(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())
