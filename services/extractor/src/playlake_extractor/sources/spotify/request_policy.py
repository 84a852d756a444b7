"""One request after another: paced, counted, within the budget, and tried again where it helps.

What it cannot mend in a short while it does not wait for: the bucket is closed, and whatever else
is asked of it in this run is refused at once, without a request.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from playlake_extractor.errors import (
    BudgetSpentError,
    GarbledResponseError,
    PlaylistError,
    RateLimitedError,
    SpotifyUnavailableError,
    TokenRefusedError,
)
from playlake_extractor.ports import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playlake_extractor.ports import Clock
    from playlake_extractor.sources.spotify.access_tokens import TokenSource
    from playlake_extractor.sources.spotify.pacer import Pacer
    from playlake_extractor.sources.spotify.quota_groups import Bucket
    from playlake_extractor.sources.spotify.retry_budget import Patience

# Where a quota is spent and Spotify does not say for how long.
_UNTOLD = timedelta(hours=1)

log = structlog.get_logger()


class Sender:
    """Sends requests with a valid token, one at a time.

    Args:
        tokens: gives the access token of each request.
        pacer: holds requests back.
        patience: how much trouble is put up with.
        clock: the time, in UTC.
        sleep: waits for a number of seconds.
        dice: gives numbers from 0 to 1.

    Attributes:
        traffic: what was sent and waited for so far.
        not_before: the closed buckets, and from when they may be asked again.
    """

    def __init__(
        self,
        tokens: TokenSource,
        pacer: Pacer,
        patience: Patience,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.traffic = Traffic()
        self.not_before: dict[Bucket, datetime] = {}
        self._tokens = tokens
        self._pacer = pacer
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._dice = dice

    @property
    def speaks_for_a_user(self) -> bool:
        """Whether the tokens are a user's."""
        return self._tokens.are_a_users

    def send(self, bucket: Bucket, request: Callable[[str], bytes]) -> bytes:
        """Send a request until it is answered; `request` is given the access token.

        Raises:
            AuthorisationNeededError: Spotify refuses the credentials, or every token.
            PlaylistError: no answer, or one that no trying again can mend.
        """
        is_renewed, tried = False, 0
        while True:
            self._admit(bucket)
            tried += 1
            try:
                return self._once(request)
            except TokenRefusedError:
                if is_renewed:
                    raise
                is_renewed = True
                self._tokens.forget()
            except (RateLimitedError, SpotifyUnavailableError, GarbledResponseError) as error:
                self._wait_or_give_up(bucket, error, tried)
            self.traffic.retries += 1

    def _admit(self, bucket: Bucket) -> None:
        opens_at = self.not_before.get(bucket)
        if opens_at is not None and self._clock() < opens_at:
            raise RateLimitedError(
                f"Spotify takes no more of these requests before {opens_at:%Y-%m-%d %H:%M} UTC"
            )
        budget = self._patience.request_budget
        if self.traffic.requests >= budget:
            raise BudgetSpentError(
                f"the run has sent its {budget} requests: raise PLAYLAKE_REQUEST_BUDGET, "
                "or leave the rest to the next run"
            )

    def _once(self, request: Callable[[str], bytes]) -> bytes:
        token = self._tokens.access_token()
        self._pacer.wait()
        self.traffic.requests += 1
        return request(token)

    def _wait_or_give_up(self, bucket: Bucket, error: PlaylistError, tried: int) -> None:
        pause = self._pause(error, tried)
        if pause is None:
            if isinstance(error, RateLimitedError):
                self._close(bucket, error)
            raise error
        log.info("waiting", seconds=round(pause.total_seconds(), 1), reason=str(error))
        self.traffic.waited += pause
        self._sleep(pause.total_seconds())

    def _pause(self, error: PlaylistError, tried: int) -> timedelta | None:
        asked = error.retry_after if isinstance(error, RateLimitedError) else None
        if isinstance(error, RateLimitedError) and error.quota_exceeded:
            return None
        pause = self._patience.pause(tried, asked, self._dice())
        left = self._patience.waits_in_all - self.traffic.waited
        return pause if pause is not None and pause <= left else None

    def _close(self, bucket: Bucket, error: RateLimitedError) -> None:
        self.not_before[bucket] = self._clock() + (error.retry_after or _UNTOLD)
        log.warning(
            "bucket_closed",
            bucket=bucket,
            not_before=self.not_before[bucket].isoformat(),
            reason=str(error),
        )
