"""A lake on AWS is looked at by a few requests, and its refusals are errors of the lake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from set_clock import SetClock

from playlake_aws.errors import AwsError
from playlake_aws.lake import Stored
from playlake_contracts.keys import IN_FORCE_KEY, partition_prefix
from playlake_lake.errors import LakeError, QueryError
from playlake_lake.results import Result
from playlake_web.adapters.athena import LOOK_AT_ALL_EVERY, AthenaReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MANY = 2_500
_PAGE = 1_000


@dataclass
class Lake:
    """A lake on AWS with commit marks, which counts the requests for lists.

    Attributes:
        etags: the ETag of each object by its key.
        pages: the requests that its lists took.
        asked: the queries.
    """

    etags: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    asked: list[str] = field(default_factory=list)
    deployment: Any = field(default_factory=lambda: SimpleNamespace(curated_bucket="curated"))

    def commit(self, day: str, number: int, etag: str = "first") -> None:
        self.etags[f"{partition_prefix('loads', day)}{number:06}.parquet"] = etag

    def stored(self, bucket: str, prefix: str, after: str = "") -> Iterator[Stored]:
        assert bucket == "curated"
        keys = [key for key in sorted(self.etags) if key.startswith(prefix) and key > after]
        self.pages += 1
        for number, key in enumerate(keys, 1):
            yield Stored(key, self.etags[key], NOON - timedelta(days=1 + number))
            if number % _PAGE == 0:
                self.pages += 1

    def query(self, sql: str, values: object, days: object = None) -> Result:  # noqa: ARG002
        self.asked.append(sql)
        return Result((), [(1,)])


@pytest.fixture
def lake() -> Lake:
    """Three years of marks, and some of today."""
    found = Lake()
    for number in range(MANY):
        found.commit(f"{2024 + number % 2}-06-{1 + number % 28:02}", number)
    found.commit("2026-11-21", 1)
    return found


def reader(lake: Lake, clock: SetClock) -> AthenaReader:
    return AthenaReader(lake, clock)  # type: ignore[arg-type]


def test_a_look_costs_two_requests_and_one_at_everything_comes_rarely(lake: Lake) -> None:
    clock = SetClock(NOON)
    watched = reader(lake, clock)
    versions = {watched.version()}
    assert lake.pages == 1 + MANY // _PAGE + 2
    for _ in range(5):
        clock.now += timedelta(minutes=1)
        before = lake.pages
        versions.add(watched.version())
        assert lake.pages == before + 2
    clock.now = NOON + LOOK_AT_ALL_EVERY
    versions.add(watched.version())
    assert len(versions) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda lake: lake.commit("2026-11-21", 2),
        lambda lake: lake.commit("2026-11-19", 1),
        lambda lake: lake.commit("2026-11-21", 1, "written anew"),
        lambda lake: lake.etags.update({IN_FORCE_KEY: "compacted"}),
    ],
    ids=["new", "of the day before yesterday", "replayed", "compacted"],
)
def test_what_is_recent_changes_the_version_at_once(
    lake: Lake, change: Callable[[Lake], None]
) -> None:
    watched = reader(lake, SetClock(NOON))
    before = watched.version()
    change(lake)
    assert watched.version() != before


def test_what_is_committed_of_long_ago_is_seen_ten_minutes_later(lake: Lake) -> None:
    clock = SetClock(NOON)
    watched = reader(lake, clock)
    before = watched.version()
    lake.commit("2025-06-01", 1, "replayed")
    assert watched.version() == before
    clock.now += LOOK_AT_ALL_EVERY
    assert watched.version() != before


def test_where_there_are_few_marks_all_are_seen_at_once() -> None:
    few = Lake()
    few.commit("2024-06-01", 1)
    watched = reader(few, SetClock(NOON))
    before = watched.version()
    few.commit("2024-06-01", 1, "replayed")
    assert watched.version() != before
    assert few.pages == 2 * 3


def test_the_day_moves_the_marks_that_are_listed_each_time(lake: Lake) -> None:
    clock = SetClock(NOON)
    watched = reader(lake, clock)
    watched.version()
    clock.now = NOON + timedelta(hours=12)
    before = lake.pages
    watched.version()
    assert lake.pages == before + 1 + MANY // _PAGE + 2


def test_the_last_commit_needs_no_query(lake: Lake) -> None:
    watched = reader(lake, SetClock(NOON))
    assert watched.last_commit_at() is None
    watched.version()
    assert watched.last_commit_at() == NOON - timedelta(days=2)
    assert lake.asked == []


def test_rows_are_asked_of_athena_for_the_days_alone(lake: Lake) -> None:
    assert reader(lake, SetClock(NOON)).rows("select 1 where {in_days}", {"2026-11-21"}) == [(1,)]
    assert lake.asked == ["select 1 where day in ('2026-11-21')"]


class Failing:
    """A lake on AWS that does not answer."""

    deployment = SimpleNamespace(curated_bucket="curated")

    def query(self, *_: object) -> NoReturn:
        raise QueryError("the query would scan too much")

    def stored(self, *_: object) -> NoReturn:
        raise AwsError("AWS does not answer")


def test_what_aws_refuses_is_an_error_of_the_lake() -> None:
    failing = AthenaReader(Failing())  # type: ignore[arg-type]
    with pytest.raises(LakeError, match="scan too much"):
        failing.rows("select 1")
    with pytest.raises(LakeError, match="does not answer"):
        failing.version()
