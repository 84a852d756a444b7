"""`playlake up --every`: when runs are due, and what a failing one leaves. Nothing sleeps."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read
from landed import entry
from rich.console import Console
from web_lakes import CRATE, WELL

from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.folder import FolderLake
from playlake.project import Project
from playlake.running import repeated
from playlake.running.extractor import Ended
from playlake.running.repeated import Repeated
from playlake.running.snapshot import Wanted
from playlake_lake.identity import make_lake
from playlake_web.facts.health import health_of
from playlake_web.facts.pipeline import Schedule, Status
from playlake_web.pages.status import troubles

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Stopped(BaseException):
    """Ctrl-C."""


class World:
    """A clock that sleeping moves, and runs that end as a test says.

    Attributes:
        ends: how each run ends; the command is stopped once they are used up.
        began: when each run began.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lake: FolderLake) -> None:
        self.now, self.took = NOW, timedelta(minutes=1)
        self.ends: list[Ended | Exception] = []
        self.began: list[datetime] = []
        self.seen: list[Schedule] = []
        self.said = io.StringIO()
        self.here = Invocation(Project.find({}), notices=Console(file=self.said, width=200))
        self.lake = lake
        monkeypatch.setattr(repeated, "take_snapshot", self.take_snapshot)

    def runs(self, due_at: datetime, every: timedelta = DAY) -> Repeated:
        wanted = Wanted("mine", {})
        clock = lambda: self.now  # noqa: E731 - it is one attribute
        self.repeated = Repeated(
            self.here, self.lake, wanted, every, due_at, clock=clock, sleep=self.sleep
        )
        return self.repeated

    def go_on(self, due_at: datetime, every: timedelta = DAY) -> None:
        with pytest.raises(Stopped):
            self.runs(due_at, every).go_on()

    def sleep(self, seconds: float) -> None:
        if not self.ends:
            raise Stopped
        self.now += max(timedelta(minutes=1), timedelta(seconds=seconds))

    def take_snapshot(self, *_: object) -> Ended:
        if not self.ends:
            raise Stopped
        self.began.append(self.now)
        self.seen.append(self.repeated.schedule())
        self.now += self.took
        ended = self.ends.pop(0)
        if isinstance(ended, Exception):
            raise ended
        return ended


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    folder, _ = make_lake(tmp_path / "lake")
    return FolderLake.open(folder.root, tmp_path / "logs")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, lake: FolderLake) -> World:
    return World(monkeypatch, lake)


def test_runs_keep_their_times(world: World) -> None:
    world.ends = [Ended(0, None)] * 3
    world.go_on(NOW + HOUR)
    assert world.began == [NOW + HOUR, NOW + HOUR + DAY, NOW + HOUR + 2 * DAY]
    assert world.repeated.due_at == NOW + HOUR + 3 * DAY
    assert world.said.getvalue().startswith("The next run is due on 2026-11-21 at ")


def test_an_overdue_run_is_made_up_for_at_once_and_only_once(world: World) -> None:
    world.ends = [Ended(0, None)]
    world.go_on(NOW - 5 * DAY)
    assert world.began == [NOW]
    assert world.repeated.due_at == NOW + DAY
    assert world.said.getvalue().startswith("A run is due, and begins now.\n")


def test_a_failing_run_is_said_and_tried_again_within_the_hour(world: World) -> None:
    world.ends = [Ended(74, "the disk is full (landing_failed)"), CommandError("no log"), OSError()]
    world.go_on(NOW)
    assert world.began == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    said = world.said.getvalue()
    assert "playlake: the run failed: the disk is full (landing_failed)\n" in said
    assert "playlake: the run failed: no log\n" in said
    assert "playlake: the run failed: OSError\n" in said
    assert world.repeated.schedule().failed == "OSError"


def test_a_short_interval_is_not_stretched_by_a_failure(world: World) -> None:
    world.ends = [Ended(69, "too little (read_too_little)"), Ended(0, None)]
    world.go_on(NOW, timedelta(minutes=30))
    assert world.began == [NOW, NOW + timedelta(minutes=30)]
    assert world.repeated.failed is None


def test_a_refused_login_waits_for_the_next_time(world: World) -> None:
    world.ends = [Ended(77, "log in (authorisation_needed)"), Ended(0, None)]
    world.go_on(NOW)
    assert world.began == [NOW, NOW + DAY]


def test_a_run_that_takes_longer_than_the_interval_is_followed_by_the_next(world: World) -> None:
    world.took, world.ends = timedelta(minutes=12), [Ended(0, None)] * 2
    world.go_on(NOW, timedelta(minutes=5))
    assert world.began == [NOW, NOW + timedelta(minutes=12)]


def test_ctrl_c_in_a_run_ends_the_command(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Ended:
        raise KeyboardInterrupt

    monkeypatch.setattr(repeated, "take_snapshot", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.runs(NOW).go_on()
    assert world.repeated.is_running is False


def test_the_page_says_when_the_next_run_is_due(world: World) -> None:
    world.ends = [Ended(74, "/srv/ada/lake/default does not take it: the disk is full")]
    world.go_on(NOW)
    (during,) = world.seen
    after = world.repeated.schedule()
    assert (during.next_run_at, after.next_run_at) == (None, NOW + HOUR)
    said = [detail_of(each) for each in (during, after, None)]
    assert said == ["under way", "21 November, 07:00; the last one failed", None]
    (trouble,) = troubles(status_with(after))
    assert trouble.text == (
        "Default does not take it: the disk is full. The next one is due on 21 November at 07:00."
    )


def status_with(schedule: Schedule | None) -> Status:
    return Status(
        **dict(WELL),
        at=NOW,
        last_commit_at=NOW,
        operation=None,
        schedule=schedule,
        version="0.1.0",
        process=None,
    )


def detail_of(schedule: Schedule | None) -> str | None:
    details = {line.name: line.detail for line in health_of(status_with(schedule)).lines}
    return details.get("Next run")


def test_runs_go_on_from_the_last_one_of_their_source_and_account(
    world: World, lake: FolderLake
) -> None:
    def due_at(source: str = "spotify", account: str | None = None) -> datetime:
        wanted = Wanted("mine", {}, source, account=account)
        return Repeated.of(world.here, lake, wanted, DAY).due_at

    now = datetime.now(UTC).replace(microsecond=0)
    assert due_at() >= now
    commit_run(lake.folder, now - timedelta(hours=9), [read(CRATE, [entry(1)])])
    commit_run(lake.folder, now - timedelta(hours=3), account="ada")
    assert due_at() == now + timedelta(hours=15)
    assert due_at(account="ada") == now + timedelta(hours=21)
    assert due_at(account="bo") >= now
    assert due_at("listenbrainz") >= now
    assert due_at("listenbrainz") <= datetime.now(UTC)
