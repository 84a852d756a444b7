from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_extractor.run.parts import Contents, PartLimits

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = PartLimits(max_bytes=1000, max_snapshots=5, max_age=timedelta(seconds=60))
FULL_BUT_FOR_ONE = Contents(snapshots=4, entries=9, json_bytes=999, since=NOON)
JUST_BEFORE = NOON + timedelta(seconds=59.999)

seconds = st.floats(min_value=0, max_value=30)


def test_a_part_just_below_every_limit_is_not_full() -> None:
    assert not LIMITS.reached_by(FULL_BUT_FOR_ONE, JUST_BEFORE)


@pytest.mark.parametrize(
    ("contents", "now"),
    [
        (Contents(snapshots=5, json_bytes=999, since=NOON), JUST_BEFORE),
        (Contents(snapshots=4, json_bytes=1000, since=NOON), JUST_BEFORE),
        (FULL_BUT_FOR_ONE, NOON + timedelta(seconds=60)),
    ],
)
def test_a_part_at_any_limit_is_full(contents: Contents, now: datetime) -> None:
    assert LIMITS.reached_by(contents, now)


def test_the_default_limits_are_the_documented_ones() -> None:
    assert PartLimits() == PartLimits(16_777_216, 100, timedelta(minutes=1))


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_empty_part_is_never_full(now: datetime) -> None:
    assert not PartLimits(max_bytes=0, max_snapshots=0).reached_by(Contents(), now)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400), seconds), min_size=1))
def test_contents_are_the_sums_of_their_snapshots_since_the_first(
    snapshots: list[tuple[int, int, float]],
) -> None:
    contents = Contents()
    for entries, json_bytes, second in snapshots:
        at = NOON + timedelta(seconds=second)
        contents = contents.plus(entries=entries, json_bytes=json_bytes, at=at)

    assert contents.snapshots == len(snapshots)
    assert contents.entries == sum(entries for entries, _, _ in snapshots)
    assert contents.json_bytes == sum(json_bytes for _, json_bytes, _ in snapshots)
    assert contents.since == NOON + timedelta(seconds=snapshots[0][2])
