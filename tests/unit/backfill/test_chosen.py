"""What is meant is what was said, and what nobody has is one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stored_parts import stored_manifest, stored_part

from playlake_backfill.chosen import Chosen
from playlake_backfill.errors import BackfillError, NothingChosenError

if TYPE_CHECKING:
    from collections.abc import Sequence

LANDED = [
    *(stored_part(0, 10, day=day) for day in range(4)),
    *(stored_manifest(day=day) for day in range(4)),
    stored_part(0, 10, day=1, source="listenbrainz"),
]
RUNS = [str(LANDED[day].key.run_id) for day in range(4)]
ABSENT = str(stored_part(0, 1, day=9).key.run_id)


def chosen(
    days: str | None = None, runs: Sequence[str] = (), sources: Sequence[str] = ()
) -> list[str]:
    found = Chosen.parse(days, runs, sources).of(LANDED)
    return [f"{each.key.source} {each.key.run_id.snapshot_date} {each.key.part}" for each in found]


def test_nothing_said_means_everything() -> None:
    assert len(chosen()) == len(LANDED)


def test_days_runs_and_sources_are_all_met() -> None:
    assert chosen("2026-11-02..2026-11-03", sources=["spotify"]) == [
        "spotify 2026-11-02 part-0000",
        "spotify 2026-11-03 part-0000",
        "spotify 2026-11-02 manifest",
        "spotify 2026-11-03 manifest",
    ]
    assert chosen(runs=[RUNS[0], RUNS[3]]) == [
        "spotify 2026-11-01 part-0000",
        "spotify 2026-11-04 part-0000",
        "spotify 2026-11-01 manifest",
        "spotify 2026-11-04 manifest",
    ]
    assert chosen("2026-11-02", sources=["listenbrainz"]) == ["listenbrainz 2026-11-02 part-0000"]


@pytest.mark.parametrize(
    ("days", "runs", "sources", "sentence"),
    [
        ("2020-01-01", (), (), "no raw object of 2020-01-01: `playlake runs` lists its runs"),
        ("2020-01-01..2020-02-01", (), (), "of 2020-01-01..2020-02-01: "),
        (None, [ABSENT], (), f"no raw object of run {ABSENT}: "),
        (None, [RUNS[0], ABSENT], (), f"no raw object of run {ABSENT} that is asked for: "),
        (None, (), ["deezer"], "no raw object of source deezer: "),
        ("2026-11-01", [RUNS[1]], (), f"of 2026-11-01, run {RUNS[1]}: "),
    ],
)
def test_what_nobody_landed_is_one_sentence(
    days: str | None, runs: Sequence[str], sources: Sequence[str], sentence: str
) -> None:
    with pytest.raises(NothingChosenError) as caught:
        chosen(days, runs, sources)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("the lake has no raw object of ")


def test_an_empty_lake_is_one_sentence() -> None:
    with pytest.raises(NothingChosenError) as caught:
        Chosen().of([])
    assert str(caught.value) == "there is no raw object in the lake: `playlake run` lands some"


@pytest.mark.parametrize(
    ("days", "runs", "sources", "sentence"),
    [
        ("yesterday", (), (), "'yesterday' is no range of days: "),
        ("2026-11-03..2026-11-01", (), (), "ends before it begins: give 2026-11-01..2026-11-03"),
        (None, ["run-7"], (), "run-7"),
        (None, (), ["Spotify"], "'Spotify' is not a source"),
        (None, (), ["a/b"], "'a/b' is not a source"),
    ],
)
def test_what_is_no_day_run_or_source_is_one_sentence(
    days: str | None, runs: Sequence[str], sources: Sequence[str], sentence: str
) -> None:
    with pytest.raises(BackfillError) as caught:
        Chosen.parse(days, runs, sources)
    assert sentence in str(caught.value)
    assert str(caught.value).count(": ") == 1  # what is wrong, and one thing to do
    assert "\n" not in str(caught.value)


def test_only_the_days_that_are_meant_are_listed() -> None:
    def dates(days: str | None = None, runs: Sequence[str] = ()) -> list[str] | None:
        return Chosen.parse(days, runs, ()).dates

    assert dates() is None
    assert dates("2026-11-02..") is None
    assert dates("1990-01-01..2026-11-01") is None  # one list of all is cheaper
    assert dates("2026-11-02..2026-11-04") == ["2026-11-02", "2026-11-03", "2026-11-04"]
    assert dates(runs=[RUNS[3], RUNS[0]]) == ["2026-11-01", "2026-11-04"]
    assert dates("2026-11-04..", [RUNS[3], RUNS[0]]) == ["2026-11-04"]


@pytest.mark.parametrize("text", ["2026-11-01", "2026-11-01..2026-11-03", "..2026-11-03", "2026.."])
def test_the_text_of_days_means_the_same_days(text: str) -> None:
    text = text.replace("2026..", "2026-11-01..")
    days = Chosen.parse(text, (), ())
    assert days.days_text == text
    assert Chosen.parse(days.days_text, (), ()) == days
