"""Requests to a JSON API whose requests all carry the same headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import requests
from urllib3.exceptions import HTTPError

from playlake_extractor.errors import GarbledResponseError, UnexpectedResponseError
from playlake_extractor.http.refusals import no_answer, rate_limited
from playlake_extractor.http.response_body import Body
from playlake_extractor.http.sessions import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.http.refusals import Arrival
    from playlake_extractor.http.request_policy import Sender


def never_spent(_: Arrival) -> None:
    """For a source that announces no limit of requests."""


class Refusal(Protocol):
    """Makes the error of an answer that is no success, in a source's own words."""

    def __call__(self, arrival: Arrival, body: bytes) -> PlaylakeError:
        """Make the error from the status, the headers and the body."""


@dataclass(frozen=True, slots=True)
class JsonApi:
    """A JSON API.

    Attributes:
        service: its name, for messages.
        url: its base URL.
        headers: the headers of each request; what authorises it is among them.
        refusal: makes the error of an answer that is no success.
        timeout: longest wait for a connection, or for the next bytes of a response.
        answer_within: longest time that a whole response may take.
        spent: reads from an answer how long the source takes no further request, if it says so.
    """

    service: str
    url: str
    headers: Mapping[str, str]
    refusal: Refusal
    timeout: timedelta
    answer_within: timedelta
    spent: Callable[[Arrival], timedelta | None] = never_spent


class JsonClient:
    """Sends requests to a JSON API and gives the bodies byte for byte.

    Args:
        api: the API.
        sender: paces, counts and retries the requests.
    """

    def __init__(self, api: JsonApi, sender: Sender) -> None:
        self._api = api
        self.sender = sender
        self._body = Body(api.answer_within)
        self._session = open_session(api.url)
        self._session.headers.update(api.headers)
        self._session.hooks["response"].append(self._body.keep)

    @property
    def arrival(self) -> Arrival:
        """The status and headers of the newest response."""
        return self._body.arrival

    def get(
        self, group: str, path: str, parameters: Mapping[str, str | int] | None = None
    ) -> bytes:
        """Fetch a resource.

        Args:
            group: the group of endpoints that share a quota.
            path: the path after the base URL.
            parameters: the query.

        Raises:
            AuthorisationNeededError: the source refuses the credentials.
            PlaylistError: there is no usable response.
        """
        if (wait := self._api.spent(self._body.arrival)) is not None:
            message = f"{self._api.service} takes no more requests now"
            self.sender.hold(group, rate_limited(message, wait))
        return self.sender.send(group, lambda _: self._get(path, parameters))

    def _get(self, path: str, parameters: Mapping[str, str | int] | None) -> bytes:
        url = f"{self._api.url.rstrip('/')}/{path}"
        try:
            # Redirects are not followed: the headers may hold a secret.
            response = self._session.get(
                url,
                params=parameters,
                timeout=self._api.timeout.total_seconds(),
                allow_redirects=False,
            )
        except (requests.RequestException, HTTPError) as error:
            raise no_answer(self._api.service, error) from error
        if response.status_code != requests.codes.ok:
            raise self._api.refusal(self._body.arrival, self._body.content)
        self._check_json()
        return self._body.content

    def _check_json(self) -> None:
        service = self._api.service
        try:
            is_json = self._body.is_json
        except RecursionError as error:
            raise UnexpectedResponseError(f"{service}'s answer nests too deep") from error
        if not is_json:
            raise GarbledResponseError(f"{service} answered with a body that is not JSON")
