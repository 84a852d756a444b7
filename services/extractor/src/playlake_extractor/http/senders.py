"""Creates what sends the requests of a run to a source, from the settings of the run."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_extractor.http.request_policy import AccessTokens
    from playlake_extractor.http.request_settings import RequestSettings
    from playlake_extractor.ports import Clock


def open_sender(
    service: str,
    tokens: AccessTokens,
    settings: RequestSettings,
    clock: Clock,
    sleep: Callable[[float], None] = time.sleep,
    *,
    apart: timedelta | None = None,
) -> Sender:
    """Create a sender whose requests keep to the settings.

    Args:
        service: the source's name, for messages.
        tokens: provides the access token of each request.
        settings: the limits of requests, waits and retries.
        clock: the time, in UTC.
        sleep: waits for a number of seconds.
        apart: shortest time between any two requests that the source allows, whatever the
            settings say; None if it allows several at once.
    """
    interval = timedelta(seconds=1 / settings.requests_per_second)
    if apart is None:
        pacer = Pacer(interval, settings.request_burst, sleep=sleep)
    else:
        pacer = Pacer(max(interval, apart), sleep=sleep)
    budget = RetryBudget(
        tries=settings.tries,
        longest_wait=timedelta(seconds=settings.longest_wait_seconds),
        waits_in_all=timedelta(seconds=settings.waits_in_all_seconds),
        request_budget=settings.request_budget,
    )
    return Sender(service, tokens, pacer, budget, clock, sleep=sleep)
