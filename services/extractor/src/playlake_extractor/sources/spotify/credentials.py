"""The stored credentials of a Spotify app and its user: one JSON object.

Spotify ends a refresh token six months after the user's consent, even if it is used, so the day of
consent is stored beside it.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import msgspec

from playlake_contracts.consent import days_left

_MONTHS = 6
_WARNED_BEFORE = timedelta(days=30)


class StoredCredentials(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The stored credentials.

    Attributes:
        client_id: the Spotify app's id.
        client_secret: the app's secret; without it, the user consented by PKCE.
        refresh_token: the user's token; without it, the app reads for itself.
        authorised_on: the day of the user's consent, UTC.
    """

    client_id: str
    client_secret: str | None = None
    refresh_token: str | None = None
    authorised_on: date | None = None

    def __repr__(self) -> str:
        """Show no secrets."""
        return f"{type(self).__name__}(client_id={self.client_id!r})"

    @property
    def ends_on(self) -> date | None:
        """The day on which the refresh token expires, if known."""
        if self.authorised_on is None or not self.refresh_token:
            return None
        return _months_later(self.authorised_on, _MONTHS)


def parse_credentials(text: bytes) -> StoredCredentials:
    """Parse stored credentials; white space around values is removed, and empty values are absent.

    Raises:
        ValueError: they are invalid; the message shows none of the values.
    """
    try:
        stored = msgspec.json.decode(text, type=StoredCredentials)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ValueError("it is not JSON") from None
    if not stored.client_id.strip():
        raise ValueError("its client_id is empty")
    return StoredCredentials(
        client_id=stored.client_id.strip(),
        client_secret=_present(stored.client_secret),
        refresh_token=_present(stored.refresh_token),
        authorised_on=stored.authorised_on,
    )


def encode_credentials(stored: StoredCredentials) -> bytes:
    """Encode credentials as indented JSON, secrets included."""
    return msgspec.json.format(msgspec.json.encode(stored), indent=2) + b"\n"


def rotated(stored: StoredCredentials, refresh_token: str) -> StoredCredentials:
    """The same consent with the refresh token that replaced the old one."""
    return msgspec.structs.replace(stored, refresh_token=refresh_token)


def days_left_to_warn_of(stored: StoredCredentials, today: date) -> int | None:
    """The days until the refresh token expires, if thirty or fewer; 0 if it has expired."""
    ends_on = stored.ends_on
    if ends_on is None or ends_on - today > _WARNED_BEFORE:
        return None
    return days_left(ends_on, today)


def _present(text: str | None) -> str | None:
    return (text or "").strip() or None


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
