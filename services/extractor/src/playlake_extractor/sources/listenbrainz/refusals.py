"""Turns ListenBrainz's refusals, and the limits that it announces, into the extractor's terms.

Documentation: https://listenbrainz.readthedocs.io/en/latest/users/api/index.html#rate-limiting
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import requests

from playlake_extractor.errors import AuthorisationNeededError
from playlake_extractor.http import refusals
from playlake_extractor.http.decoding import decode_or_none

if TYPE_CHECKING:
    from datetime import timedelta

    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.http.refusals import Arrival

SERVICE: Final = "ListenBrainz"


class _Error(msgspec.Struct):
    error: str | None = None


def refusal(arrival: Arrival, body: bytes) -> PlaylakeError:
    """Make the error of an answer that is no success."""
    message = f"{SERVICE} answered {arrival.status}{_quoted(body)}"
    if arrival.status == requests.codes.unauthorized:
        return AuthorisationNeededError(
            f"{message}: set PLAYLAKE_LISTENBRAINZ_TOKEN to the user token that "
            "https://listenbrainz.org/settings/ shows"
        )
    if arrival.status == requests.codes.too_many_requests:
        asked = refusals.seconds(arrival.headers.get("Retry-After"))
        return refusals.rate_limited(message, asked or _reset_in(arrival))
    return refusals.refusal(message, arrival)


def spent(arrival: Arrival) -> timedelta | None:
    """How long no request is taken after an answer; None if some are taken."""
    return _reset_in(arrival) if arrival.headers.get("X-RateLimit-Remaining") == "0" else None


def _reset_in(arrival: Arrival) -> timedelta | None:
    return refusals.seconds(arrival.headers.get("X-RateLimit-Reset-In"))


def _quoted(body: bytes) -> str:
    """ListenBrainz's message in brackets; a limit is explained in plain text, and long."""
    found = decode_or_none(body, _Error)
    message = refusals.one_line(found.error or "") if found is not None else ""
    return f" ({message})" if message else ""
