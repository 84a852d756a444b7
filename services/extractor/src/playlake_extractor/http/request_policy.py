"""Sends requests one at a time: paces them, counts them, retries them, and keeps to the budget.

If a wait would be too long, the quota group is closed instead: further requests of the group fail
at once in this run, without being sent.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from playlake_contracts.log_events import QuotaGroupClosed, Waiting
from playlake_extractor.errors import (
    BudgetSpentError,
    GarbledResponseError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    TokenRefusedError,
)
from playlake_extractor.ports import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playlake_extractor.http.pacer import Pacer
    from playlake_extractor.http.retry_budget import RetryBudget
    from playlake_extractor.ports import Clock

# How long a quota group is closed if the source does not say.
_DEFAULT_CLOSURE = timedelta(hours=1)

log = structlog.get_logger()


class AccessTokens(Protocol):
    """The access tokens of a source's requests."""

    @property
    def are_for_user(self) -> bool:
        """Whether the tokens belong to a user."""

    def access_token(self) -> str:
        """A token that is valid now."""

    def forget(self) -> None:
        """Request a new token next time, because the source refused this one."""


class NoTokens:
    """For a source whose requests need no token, or always the same; implements `AccessTokens`."""

    are_for_user = False

    def access_token(self) -> str:
        """No token."""
        return ""

    def forget(self) -> None:
        """There is nothing to forget."""


class Sender:
    """Sends requests with a valid token, one at a time.

    Args:
        service: the source's name, for messages.
        tokens: provides the access token of each request.
        pacer: delays requests.
        budget: limits retries, waits and requests.
        clock: the time, in UTC.
        sleep: waits for a number of seconds.
        chance: returns random numbers from 0 to 1.

    Attributes:
        traffic: the requests, retries and waits so far.
        not_before: the closed quota groups, and when each opens again.
    """

    def __init__(  # noqa: PLR0913 - the last two are for tests
        self,
        service: str,
        tokens: AccessTokens,
        pacer: Pacer,
        budget: RetryBudget,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.traffic = Traffic()
        self.not_before: dict[str, datetime] = {}
        self._service = service
        self._tokens = tokens
        self._pacer = pacer
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    @property
    def is_for_user(self) -> bool:
        """Whether the access tokens belong to a user."""
        return self._tokens.are_for_user

    @property
    def requests_left(self) -> int:
        """Number of requests that the run may still send."""
        return max(0, self._budget.request_budget - self.traffic.requests)

    def send(
        self, group: str, request: Callable[[str], bytes], *, repeatable: bool = True
    ) -> bytes:
        """Send a request, and retry it if that may help; `request` takes the access token.

        A request that is not `repeatable` is retried only where the source has refused it, because
        without an answer it may have been carried out.

        Raises:
            AuthorisationNeededError: the source refuses the credentials, or every token.
            PlaylistError: there is no answer, or one that another try would not change.
        """
        is_renewed, tried = False, 0
        while True:
            self._admit(group)
            tried += 1
            try:
                return self._once(request)
            except TokenRefusedError:
                if is_renewed:
                    raise
                is_renewed = True
                self._tokens.forget()
            except RateLimitedError as error:
                self._wait_or_raise(group, error, tried)
            except (SourceUnavailableError, GarbledResponseError) as error:
                if not repeatable:
                    raise
                self._wait_or_raise(group, error, tried)
            self.traffic.retries += 1

    def hold(self, group: str, error: RateLimitedError) -> None:
        """Wait before a request of a group, because the source announced that its limit is reached.

        Raises:
            RateLimitedError: the wait would be too long; the group is closed.
        """
        self._admit(group)
        self._wait_or_raise(group, error, 0)

    def _admit(self, group: str) -> None:
        opens_at = self.not_before.get(group)
        if opens_at is not None and self._clock() < opens_at:
            raise RateLimitedError(
                f"{self._service} takes no more of these requests before "
                f"{opens_at:%Y-%m-%d %H:%M} UTC"
            )
        if not self.requests_left:
            raise BudgetSpentError(
                f"the run has sent all of its {self._budget.request_budget:,} requests: raise "
                "PLAYLAKE_REQUEST_BUDGET, or leave the rest to the next run"
            )

    def _once(self, request: Callable[[str], bytes]) -> bytes:
        token = self._tokens.access_token()
        self._pacer.wait()
        self.traffic.requests += 1
        return request(token)

    def _wait_or_raise(self, group: str, error: PlaylistError, tried: int) -> None:
        pause = self._pause(error, tried)
        if pause is None:
            if isinstance(error, RateLimitedError):
                self._close(group, error)
            raise error
        Waiting(seconds=round(pause.total_seconds(), 1), reason=str(error)).write(log)
        self.traffic.waited += pause
        self._sleep(pause.total_seconds())

    def _pause(self, error: PlaylistError, tried: int) -> timedelta | None:
        asked = error.retry_after if isinstance(error, RateLimitedError) else None
        if isinstance(error, RateLimitedError) and error.quota_exceeded:
            return None
        pause = self._budget.pause(tried, asked, self._chance())
        left = self._budget.waits_in_all - self.traffic.waited
        return pause if pause is not None and pause <= left else None

    def _close(self, group: str, error: RateLimitedError) -> None:
        self.not_before[group] = self._clock() + (error.retry_after or _DEFAULT_CLOSURE)
        QuotaGroupClosed(group=group, not_before=self.not_before[group], reason=str(error)).write(
            log
        )
