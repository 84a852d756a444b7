"""What a sync does to an Iceberg table, by the marks of the table and of the lake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_iceberg.planning import Step, after, steps_of

FIRST = datetime(2026, 11, 20, 6, tzinfo=UTC)
RUNS = [RunId.derive("spotify", FIRST + timedelta(days=day)) for day in range(4)]
PARTS = [RawKey.of_part("spotify", run, 0).curated("loads") for run in RUNS]
MANIFESTS = [RawKey.of_manifest("spotify", run).curated("loads") for run in RUNS]
MARKS = dict.fromkeys(sorted([*PARTS, *MANIFESTS]), "1")
ALL = 1000


def step(*numbers: int, run: int, removed: tuple[str, ...] = ()) -> Step:
    added = sorted(key for number in numbers for key in (MANIFESTS[number], PARTS[number]))
    return Step(str(RUNS[run]), tuple(added), frozenset(removed))


def test_nothing_is_done_without_a_change() -> None:
    assert steps_of(MARKS, MARKS, ALL) == []


def test_each_new_run_is_a_step_in_the_order_of_the_runs() -> None:
    assert steps_of({}, MARKS, ALL) == [step(number, run=number) for number in range(4)]


def test_runs_that_are_not_kept_come_in_together_before_the_others() -> None:
    assert steps_of({}, MARKS, 1) == [step(0, 1, 2, run=2), step(3, run=3)]


def test_what_is_gone_or_changed_goes_out_first_and_the_changed_comes_in_again() -> None:
    adopted = {key: MARKS[key] for key in (PARTS[0], PARTS[1], MANIFESTS[1])}
    marks = {key: version for key, version in MARKS.items() if key != PARTS[0]}
    marks[PARTS[1]] = "2"
    first, *_ = steps_of(adopted, marks, ALL)
    assert first == Step(str(RUNS[1]), (PARTS[1],), frozenset({PARTS[0], PARTS[1]}))


def test_an_object_of_somebody_else_is_no_mark() -> None:
    assert steps_of({}, {"curated/loads/day=2026-11-20/notes.parquet": "1"}, ALL) == []


VERSIONS = st.dictionaries(st.sampled_from(sorted(MARKS)), st.sampled_from("12"))


@given(VERSIONS, VERSIONS, st.integers(1, 5))
def test_the_steps_lead_to_the_marks_of_the_lake(
    adopted: dict[str, str], marks: dict[str, str], keep: int
) -> None:
    steps = steps_of(adopted, marks, keep)
    assert after(adopted, marks, steps) == marks
    added = [key for each in steps for key in each.added]
    assert len(added) == len(set(added))
    assert all(not each.removed for each in steps[1:])
