"""Translates YouTube's answers that are no success into the extractor's errors.

Errors: https://developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec

from playlake_extractor.errors import AuthorisationNeededError
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.http.refusals import one_line, rate_limited, seconds
from playlake_extractor.http.refusals import refusal as refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.http.refusals import Arrival
    from playlake_extractor.ports import Clock

# The quota of a day begins at midnight there:
# https://developers.google.com/youtube/v3/getting-started#quota
_QUOTA_ZONE: Final = "America/Los_Angeles"
_SPENT: Final = {"quotaExceeded", "dailyLimitExceeded"}
_TOO_FAST: Final = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
# A limit of a day may also come as `rateLimitExceeded`, and only its message says so.
_OF_A_DAY: Final = "per day"
_NO_KEY: Final = "create another key in the Google Cloud console and set PLAYLAKE_YOUTUBE_API_KEY"
_NOT_ENABLED: Final = "enable the YouTube Data API v3 for the key's project, and wait some minutes"
_RESTRICTED: Final = "let the key's restrictions allow this machine and the YouTube Data API v3"
# What to do about a key that is refused, by the reason.
_REMEDIES: Final = {
    "keyInvalid": _NO_KEY,
    "keyExpired": _NO_KEY,
    "API_KEY_INVALID": _NO_KEY,
    "CONSUMER_INVALID": _NO_KEY,
    "CONSUMER_SUSPENDED": _NO_KEY,
    "accessNotConfigured": _NOT_ENABLED,
    "SERVICE_DISABLED": _NOT_ENABLED,
    "ipRefererBlocked": _RESTRICTED,
    "API_KEY_SERVICE_BLOCKED": _RESTRICTED,
    "API_KEY_HTTP_REFERRER_BLOCKED": _RESTRICTED,
    "API_KEY_IP_ADDRESS_BLOCKED": _RESTRICTED,
    "API_KEY_ANDROID_APP_BLOCKED": _RESTRICTED,
    "API_KEY_IOS_APP_BLOCKED": _RESTRICTED,
}


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    errors: list[_Reason] = []
    details: list[_Reason] = []

    def reasons(self) -> Iterator[str]:
        yield from (one.reason for one in (*self.errors, *self.details) if one.reason)


class _ErrorBody(msgspec.Struct, frozen=True):
    error: _Error = _Error()


@dataclass(frozen=True, slots=True)
class Refusals:
    """Makes the errors of YouTube's answers; implements `json_client.Refusal`.

    Attributes:
        clock: the time, in UTC.
        key: the API key, which no message may contain.
    """

    clock: Clock
    key: str

    def __call__(self, arrival: Arrival, body: bytes) -> PlaylakeError:
        """Make the error of an answer."""
        error = (decode_or_none(body, _ErrorBody) or _ErrorBody()).error
        reasons = list(error.reasons())
        message = f"YouTube answered {arrival.status}{self._quoted(reasons, error.message)}"
        remedy = next((_REMEDIES[one] for one in reasons if one in _REMEDIES), None)
        if remedy is None and arrival.status == HTTPStatus.UNAUTHORIZED:
            remedy = _NO_KEY
        if remedy is not None:
            return AuthorisationNeededError(f"{message}: {remedy}")
        is_limit = not _TOO_FAST.isdisjoint(reasons)
        if not _SPENT.isdisjoint(reasons) or (is_limit and _OF_A_DAY in error.message):
            now = self.clock()
            return rate_limited(message, next_quota(now) - now, quota_exceeded=True)
        if is_limit:
            return rate_limited(message, seconds(arrival.headers.get("Retry-After")))
        return refusal_of(message, arrival)

    def _quoted(self, reasons: list[str], message: str) -> str:
        words = [text for text in (*reasons[:1], one_line(message)) if text]
        quoted = f" ({': '.join(words)})" if words else ""
        return quoted.replace(self.key, "…")


def next_quota(now: datetime) -> datetime:
    """When the quota of the next day begins."""
    local = now.astimezone(ZoneInfo(_QUOTA_ZONE))
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), local.tzinfo).astimezone(now.tzinfo)
