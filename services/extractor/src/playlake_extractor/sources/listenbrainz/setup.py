"""Creates the source ListenBrainz from the settings of a run."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from playlake_contracts.version import VERSION
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.http.json_client import JsonApi, JsonClient
from playlake_extractor.http.request_policy import NoTokens
from playlake_extractor.http.senders import open_sender
from playlake_extractor.sources.listenbrainz.api import ListenBrainzApi
from playlake_extractor.sources.listenbrainz.refusals import SERVICE, refusal, spent
from playlake_extractor.sources.listenbrainz.source import ListenBrainzSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_extractor.ports import Clock
    from playlake_extractor.sources.listenbrainz.settings import ListenBrainzSettings

# "Never more than one call per second", which its host asks of every client.
_HOST: Final = "api.listenbrainz.org"
_SHORTEST: Final = timedelta(seconds=1)


def open_listenbrainz(
    settings: ListenBrainzSettings, clock: Clock, sleep: Callable[[float], None] = time.sleep
) -> ListenBrainzSource:
    """Create the source.

    Raises:
        ConfigurationError: the settings do not say how ListenBrainz can reach the user.
    """
    api = JsonApi(
        service=SERVICE,
        url=str(settings.listenbrainz_api_url),
        headers=_headers(settings),
        refusal=refusal,
        timeout=timedelta(seconds=settings.source_timeout_seconds),
        answer_within=timedelta(seconds=settings.source_answer_seconds),
        spent=spent,
    )
    is_real = settings.listenbrainz_api_url.host == _HOST
    apart = _SHORTEST if is_real else timedelta()
    sender = open_sender(SERVICE, NoTokens(), settings, clock, sleep, apart=apart)
    client = JsonClient(api, sender)
    return ListenBrainzSource(ListenBrainzApi(client, settings.listenbrainz_user))


def _headers(settings: ListenBrainzSettings) -> dict[str, str]:
    headers = {"User-Agent": f"Playlake/{VERSION} ( {_contact(settings)} )"}
    if settings.listenbrainz_token is not None:
        headers["Authorization"] = f"Token {settings.listenbrainz_token.get_secret_value()}"
    return headers


def _contact(settings: ListenBrainzSettings) -> str:
    """How ListenBrainz reaches the user, which it requires in every request."""
    if settings.listenbrainz_contact is not None:
        return settings.listenbrainz_contact
    if settings.listenbrainz_user is not None:
        return f"https://listenbrainz.org/user/{quote(settings.listenbrainz_user, safe='')}/"
    raise ConfigurationError(
        "ListenBrainz takes no requests without a contact: set PLAYLAKE_LISTENBRAINZ_USER to your "
        "name there, or PLAYLAKE_LISTENBRAINZ_CONTACT to an e-mail address or web page of yours"
    )
