"""The promises about waits, retries and limits, on a clock that passes only by waiting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from playlake_extractor.errors import (
    AuthorisationNeededError,
    BudgetSpentError,
    ForbiddenError,
    GarbledResponseError,
    GoneError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    TokenRefusedError,
)
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock

    from playlake_contracts.errors import PlaylakeError

ITEMS, PLAYLIST = QuotaGroup.ITEMS, QuotaGroup.PLAYLIST
DAY = timedelta(days=1)


class Tokens:
    """Gives `token 1` until that is forgotten, then `token 2`, and so on."""

    are_for_user = True

    def __init__(self) -> None:
        self.number = 1
        self.error: PlaylakeError | None = None

    def access_token(self) -> str:
        if self.error is not None:
            raise self.error
        return f"token {self.number}"

    def forget(self) -> None:
        self.number += 1


class Unhurried:
    """Paces nothing."""

    def wait(self) -> None:
        """Return at once."""


class Trial:
    """A sender, and the waits that it made."""

    def __init__(self, clock: Clock, budget: RetryBudget, chance: float = 0.0) -> None:
        self.tokens = Tokens()
        self.slept: list[float] = []
        self._clock = clock
        self.sender = Sender(
            "Spotify",
            self.tokens,
            Unhurried(),  # type: ignore[arg-type]  # a stand-in
            budget,
            clock,
            sleep=self._sleep,
            chance=lambda: chance,
        )

    def send(self, *answers: bytes | PlaylakeError, group: QuotaGroup = PLAYLIST) -> bytes:
        """Send a request that gets these answers, one after another."""
        script = list(answers)

        def request(_: str) -> bytes:
            answer = script.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        answer = self.sender.send(group, request)
        assert script == []
        return answer

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.forward(seconds=seconds)


@pytest.fixture
def trial(clock: Clock) -> Trial:
    return Trial(clock, RetryBudget())


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_a_short_429_is_waited_for_and_the_request_sent_again(trial: Trial) -> None:
    assert trial.send(RateLimitedError("429", seconds(7)), b"{}") == b"{}"
    assert trial.slept == [7]
    assert trial.sender.not_before == {}


def test_a_429_without_a_time_is_waited_for_longer_each_time(trial: Trial) -> None:
    limited = RateLimitedError("429")
    assert trial.send(limited, limited, limited, b"{}") == b"{}"
    assert trial.slept == [0.5, 1, 2]


def test_a_long_429_closes_the_group_without_waiting(trial: Trial, clock: Clock) -> None:
    with pytest.raises(RateLimitedError, match="429"):
        trial.send(RateLimitedError("429", DAY))
    assert trial.slept == []
    assert trial.sender.not_before == {PLAYLIST: clock.now + DAY}


def test_a_spent_quota_closes_the_group_however_short_the_wait(trial: Trial, clock: Clock) -> None:
    with pytest.raises(RateLimitedError):
        trial.send(RateLimitedError("429", seconds(5), quota_exceeded=True))
    assert trial.slept == []
    assert trial.sender.not_before == {PLAYLIST: clock.now + seconds(5)}


def test_a_spent_quota_without_a_time_closes_the_group_for_an_hour(
    trial: Trial, clock: Clock
) -> None:
    with pytest.raises(RateLimitedError):
        trial.send(RateLimitedError("429", quota_exceeded=True))
    assert trial.sender.not_before == {PLAYLIST: clock.now + timedelta(hours=1)}


def test_a_closed_group_gets_no_requests_and_the_others_do(trial: Trial) -> None:
    with pytest.raises(RateLimitedError):
        trial.send(RateLimitedError("429", DAY))
    sent = trial.sender.traffic.requests

    with pytest.raises(RateLimitedError, match="no more of these requests before 2026-11-22 12:00"):
        trial.sender.send(PLAYLIST, lambda _: pytest.fail("it was sent"))
    assert trial.sender.traffic.requests == sent
    assert trial.send(b"{}", group=ITEMS) == b"{}"


def test_a_group_opens_again_at_its_time(trial: Trial, clock: Clock) -> None:
    trial.sender.not_before[PLAYLIST] = clock.now + DAY
    clock.forward(days=1)
    assert trial.send(b"{}") == b"{}"


def test_a_group_that_stays_limited_is_closed_after_the_last_try(trial: Trial) -> None:
    limited = RateLimitedError("429", seconds(1))
    with pytest.raises(RateLimitedError):
        trial.send(limited, limited, limited, limited)
    assert trial.slept == [1, 1, 1]
    assert list(trial.sender.not_before) == [PLAYLIST]


@pytest.mark.parametrize("error", [SourceUnavailableError("502"), GarbledResponseError("<html>")])
def test_a_passing_failure_is_tried_a_few_times_after_growing_pauses(
    trial: Trial, error: PlaylistError
) -> None:
    assert trial.send(error, error, error, b"{}") == b"{}"
    assert trial.slept == [0.5, 1, 2]
    assert trial.sender.traffic.retries == 3
    assert trial.sender.traffic.waited == seconds(3.5)

    with pytest.raises(type(error)):
        trial.send(error, error, error, error)
    assert trial.sender.not_before == {}


@pytest.mark.parametrize("error", [ForbiddenError("403"), GoneError("404")])
def test_a_refusal_is_not_tried_again(trial: Trial, error: PlaylistError) -> None:
    with pytest.raises(type(error)):
        trial.send(error)
    assert trial.sender.traffic.requests == 1
    assert trial.slept == []


def test_a_401_renews_the_token_once(trial: Trial) -> None:
    assert trial.send(TokenRefusedError("401"), b"{}") == b"{}"
    assert trial.tokens.number == 2
    assert trial.slept == []

    with pytest.raises(AuthorisationNeededError):
        trial.send(TokenRefusedError("401"), TokenRefusedError("401"))


def test_refused_credentials_are_not_tried_again(trial: Trial) -> None:
    trial.tokens.error = AuthorisationNeededError("invalid_grant")
    with pytest.raises(AuthorisationNeededError):
        trial.send()
    assert trial.sender.traffic.requests == 0


def test_a_token_endpoint_that_is_down_is_tried_again(trial: Trial, clock: Clock) -> None:
    trial.tokens.error = SourceUnavailableError("503")
    with pytest.raises(SourceUnavailableError):
        trial.send()
    assert trial.slept == [0.5, 1, 2]
    assert trial.sender.traffic.requests == 0
    trial.tokens.error = None
    clock.forward(seconds=1)
    assert trial.send(b"{}") == b"{}"


def test_the_waits_of_a_run_have_a_limit_together(clock: Clock) -> None:
    trial = Trial(clock, RetryBudget(waits_in_all=seconds(90)))
    assert trial.send(RateLimitedError("429", seconds(50)), b"{}") == b"{}"
    with pytest.raises(RateLimitedError):
        trial.send(RateLimitedError("429", seconds(50)))
    assert trial.slept == [50]


@pytest.mark.parametrize(("chance", "waits"), [(0.0, [0.5, 1.0, 7.0]), (1.0, [1.0, 2.0, 7.5])])
def test_chance_lengthens_each_wait(clock: Clock, chance: float, waits: list[float]) -> None:
    trial = Trial(clock, RetryBudget(), chance)
    down = SourceUnavailableError("502")
    trial.send(down, down, RateLimitedError("429", seconds(7)), b"{}")
    assert trial.slept == waits
    assert trial.sender.traffic.waited == seconds(sum(waits))


def test_no_request_is_sent_beyond_the_budget(clock: Clock) -> None:
    trial = Trial(clock, RetryBudget(request_budget=3))
    trial.send(SourceUnavailableError("502"), b"{}")
    trial.send(b"{}")
    with pytest.raises(BudgetSpentError, match="its 3 requests: raise PLAYLAKE_REQUEST_BUDGET"):
        trial.sender.send(ITEMS, lambda _: pytest.fail("it was sent"))
    assert trial.sender.traffic.requests == 3


UNANSWERED = [SourceUnavailableError("no answer"), GarbledResponseError("not JSON")]


@pytest.mark.parametrize("error", UNANSWERED, ids=lambda error: type(error).__name__)
def test_a_request_that_may_have_been_carried_out_is_not_repeated(
    clock: Clock, error: PlaylakeError
) -> None:
    trial, sent = Trial(clock, RetryBudget()), []

    def request(token: str) -> bytes:
        sent.append(token)
        raise error

    with pytest.raises(type(error)):
        trial.sender.send(QuotaGroup.WRITING, request, repeatable=False)
    assert len(sent) == 1
    assert not trial.slept


@pytest.mark.parametrize(
    "refusal",
    [RateLimitedError("429", timedelta(seconds=3)), TokenRefusedError("401")],
    ids=lambda error: type(error).__name__,
)
def test_a_request_that_was_refused_is_sent_again_even_if_it_writes(
    clock: Clock, refusal: PlaylakeError
) -> None:
    trial, script = Trial(clock, RetryBudget()), [refusal]

    def request(_: str) -> bytes:
        if script:
            raise script.pop()
        return b"{}"

    assert trial.sender.send(QuotaGroup.WRITING, request, repeatable=False) == b"{}"
    assert trial.sender.traffic.requests == 2
