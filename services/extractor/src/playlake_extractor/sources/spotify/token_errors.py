"""The errors of Spotify's token endpoint, and what to do about them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_extractor.errors import (
    AuthorisationNeededError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.sources.spotify.http_errors import refusal

if TYPE_CHECKING:
    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.http.refusals import Arrival

DASHBOARD: Final = "https://developer.spotify.com/dashboard"

CODE_GRANT: Final = "authorization_code"
REFRESH_GRANT: Final = "refresh_token"
APP_GRANT: Final = "client_credentials"

_UNKNOWN_APP: Final = (
    "Spotify does not know this client id, or its secret is another one (invalid_client): copy "
    f"both from the app's settings at {DASHBOARD}, and log in again by `playlake login`"
)
_OTHER_REDIRECT: Final = (
    "Spotify does not take this redirect URI: register in the app's settings at "
    f"{DASHBOARD} exactly the one that `playlake login` names"
)
_NOT_GRANTED: Final = {
    CODE_GRANT: (
        "Spotify does not take this code (invalid_grant): it serves once and for a few minutes "
        "only; run `playlake login` again"
    ),
    REFRESH_GRANT: (
        "Spotify no longer takes the refresh token (invalid_grant): it ends six months after the "
        "user's consent, and when the user removes the app; log in again by `playlake login`, or "
        "set a new PLAYLAKE_SPOTIFY_REFRESH_TOKEN"
    ),
    APP_GRANT: "Spotify gives the app no token (invalid_grant): check it in Spotify's dashboard",
}
# https://datatracker.ietf.org/doc/html/rfc6749#section-5.2
_REFUSALS: Final = frozenset(
    {"invalid_request", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}
)


class _Refused(msgspec.Struct, frozen=True):
    error: str
    error_description: str | None = None


def token_error(arrival: Arrival, body: bytes, grant_type: str) -> PlaylakeError:
    """The error for an unsuccessful response of the token endpoint.

    Args:
        arrival: its status and headers.
        body: its bytes.
        grant_type: the grant type of the request.
    """
    if arrival.status == HTTPStatus.TOO_MANY_REQUESTS:
        return refusal(arrival, " to a token request", None)
    if arrival.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceUnavailableError(
            f"Spotify's token endpoint answered {arrival.status}: try again later"
        )
    return _refused(body, grant_type) or UnexpectedResponseError(
        f"Spotify's token endpoint answered {arrival.status}: try again later"
    )


def _refused(body: bytes, grant_type: str) -> AuthorisationNeededError | None:
    try:
        refused = msgspec.json.decode(body, type=_Refused)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    match refused.error:
        case "invalid_client":
            return AuthorisationNeededError(_UNKNOWN_APP)
        case "invalid_grant" if "redirect" in (refused.error_description or ""):
            return AuthorisationNeededError(_OTHER_REDIRECT)
        case "invalid_grant":
            return AuthorisationNeededError(_NOT_GRANTED[grant_type])
        case error if error in _REFUSALS:
            return AuthorisationNeededError(
                f"Spotify gives the app no token ({error}): check the app in Spotify's dashboard, "
                "and log in again by `playlake login`"
            )
    return None
