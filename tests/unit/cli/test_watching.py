"""Waits end by themselves only where nothing moves; time passes here without anybody waiting."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from playlake.demo.week import wait_for_crawl
from playlake.errors import CommandError
from playlake.local_aws import backlog as lake
from playlake.local_aws import transformer as transformer_process
from playlake.local_aws.backlog import wait_until_committed
from playlake.local_aws.transformer import Transformer
from playlake.services import processes, watching
from playlake.services.processes import wait_until_ready
from playlake.services.watching import STUCK_AFTER
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta

    from playlake.local_aws import LocalAws

RUN = RunId.parse("20261121T060000Z-wrjkwl")
KEYS = [RawKey("spotify", RUN, f"part-{number:04d}") for number in range(3)]
STUCK = STUCK_AFTER.total_seconds()
AWS: LocalAws = SimpleNamespace(queue_url="")  # type: ignore[assignment]  # nothing else of it is used


class Time:
    """Stands still but for those who sleep; every sleep also takes as long as `step`."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, self.step)


class Process:
    """Lives until it is given an exit status."""

    def __init__(self, status: int | None = None) -> None:
        self.status = status

    def poll(self) -> int | None:
        return self.status


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time of everybody who waits."""
    passing = Time()
    monkeypatch.setattr(watching, "time", passing)
    return passing


@pytest.fixture
def wait_for_service(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`wait_for_service(process, answers)`: wait for a service whose health is what `answers`."""

    def wait(process: Process, answers: Callable[[], bool]) -> None:
        monkeypatch.setattr(processes, "is_ready", lambda _: answers())
        wait_until_ready(process, "transformer", "http://health/", Path("t.log"))  # type: ignore[arg-type]

    return wait


@pytest.fixture
def lake_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`lake_of(uncommitted, queue)`: what is seen of the lake at every look, the last for ever."""

    def made(uncommitted: Iterable[set[RawKey]], *, queue: tuple[int, int]) -> None:
        seen = list(uncommitted)
        monkeypatch.setattr(lake, "uncommitted", lambda *_: seen.pop(0) if seen[1:] else seen[0])
        monkeypatch.setattr(lake, "queue_depth", lambda *_: queue)

    return made


def test_what_lives_may_take_minutes_to_start(
    time: Time, wait_for_service: Callable[..., None]
) -> None:
    wait_for_service(Process(), lambda: time.now > STUCK - 1)


def test_what_ends_as_it_starts_is_no_longer_waited_for(
    time: Time, wait_for_service: Callable[..., None]
) -> None:
    with pytest.raises(CommandError, match=r"ended with status 78 as it started: see t\.log"):
        wait_for_service(Process(78), lambda: False)
    assert time.now == 0


def test_what_lives_and_is_never_ready_is_given_up(
    time: Time, wait_for_service: Callable[..., None]
) -> None:
    with pytest.raises(CommandError, match=r"runs but is not ready after 10 min: see t\.log"):
        wait_for_service(Process(), lambda: False)
    assert time.now > STUCK


def test_commits_that_come_slowly_are_waited_for(time: Time, lake_of: Callable[..., None]) -> None:
    time.step = STUCK - 1
    lake_of([set(KEYS), set(KEYS[:2]), set(KEYS[:1]), set()], queue=(1, 1))
    wait_until_committed(AWS)
    assert time.now == 3 * time.step


@pytest.mark.parametrize(
    ("queue", "given_up_after", "sentence"),
    [
        (
            (0, 3),
            STUCK_AFTER,
            (
                "3 raw objects are landed and not yet transformed: `playlake up --aws` goes on "
                "with them"
            ),
        ),
        (
            (0, 0),
            lake._UNQUEUED_FOR,
            (
                f"3 raw objects are not transformed and no longer in the queue, {KEYS[0]} among "
                "them: see transformer.log in the folder of logs"
            ),
        ),
    ],
    ids=["queued", "rejected"],
)
def test_where_nothing_moves_the_sentence_says_what_is_landed(
    time: Time,
    lake_of: Callable[..., None],
    queue: tuple[int, int],
    given_up_after: timedelta,
    sentence: str,
) -> None:
    lake_of([set(KEYS)], queue=queue)
    with pytest.raises(CommandError) as caught:
        wait_until_committed(AWS)
    assert str(caught.value) == sentence
    assert 0 < time.now - given_up_after.total_seconds() < 1


def test_a_transformer_that_has_ended_is_no_longer_waited_for(
    time: Time, lake_of: Callable[..., None]
) -> None:
    lake_of([set(KEYS[:1])], queue=(1, 0))
    ended = Transformer(Process(-9), 8080, Path("t.log"))  # type: ignore[arg-type]
    with pytest.raises(CommandError) as caught:
        wait_until_committed(AWS, check_alive=ended.check_alive)
    assert str(caught.value) == (
        "the transformer ended with status -9: see t.log; 1 raw object is landed and not yet "
        "transformed: `playlake up --aws` goes on with it"
    )
    assert time.now == 0


@pytest.mark.parametrize(
    ("crawls", "sentence"),
    [(1, "The crawler was started 1 time."), (2, "The crawler was started 2 times.")],
)
def test_what_became_of_the_crawl_is_said(
    time: Time, monkeypatch: pytest.MonkeyPatch, crawls: int, sentence: str
) -> None:
    monkeypatch.setattr(
        transformer_process,
        "ask",
        lambda *_, **__: {"process": {"crawls": crawls if time.now > STUCK - 1 else 0}},
    )
    running = Transformer(Process(), 8080, Path("t.log"))  # type: ignore[arg-type]
    assert wait_for_crawl(running) == sentence


def test_a_crawler_that_is_never_started_is_given_up(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer_process, "ask", lambda *_, **__: {"process": {"crawls": 0}})
    running = Transformer(Process(), 8080, Path("t.log"))  # type: ignore[arg-type]
    with pytest.raises(CommandError, match=r"the crawler was not started: see t\.log"):
        wait_for_crawl(running)
    assert time.now > STUCK


def test_the_crawl_of_a_transformer_that_has_ended_is_not_waited_for(
    time: Time,
) -> None:
    ended = Transformer(Process(70), 8080, Path("t.log"))  # type: ignore[arg-type]
    with pytest.raises(CommandError, match=r"the transformer ended with status 70: see t\.log"):
        wait_for_crawl(ended)
    assert time.now == 0
