"""The benchmark of growth measures the commands on compacted lakes and says what is too much."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from compacting import in_force
from growing_lakes import END, Growth
from tests.bench import grown_lakes
from tests.bench.grown_lakes import Figures, Grown, grown
from tests.bench.growth_calls import Call, calls
from tests.bench.history_growth import report

from playlake_lake.folder import Folder
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parents[3]
FIGURES = Figures((330, 2**20), (32, 2**19), 29, 3.0, 1.0)
LAKES = [
    Grown("30 days", CHECKOUT / "a", FIGURES),
    Grown("1,095 days", CHECKOUT / "b", Figures((9, 2**20), (8, 2**20), 1_094, 218.8, 1.5)),
    Grown("90 days hourly", CHECKOUT / "c", FIGURES),
]
TINY = Growth(22, playlists=4, entries=4)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """A lake of 22 days, of which the last one is open."""
    return grown(tmp_path_factory.mktemp("grown"), TINY)


def test_a_lake_holds_every_run_and_is_compacted_but_for_the_last_day(tiny: Grown) -> None:
    folder = Folder(tiny.root)
    days = query(folder, "SELECT count(DISTINCT day), count(*) FROM run_outcomes").rows
    assert days == [(22, 88)]
    ((first, last),) = query(folder, "SELECT min(day), max(day) FROM run_outcomes").rows
    assert (first, last) == ("2026-05-25", "2026-06-15")
    assert f"{END:%Y-%m-%d}" == "2026-06-16"
    compacted = [day for month in in_force(folder).months.values() for day in month.days]
    assert max(compacted) == "2026-06-14"
    assert tiny.figures.days == len(compacted) == 21


def test_a_third_of_the_playlists_is_mostly_unchanged(tiny: Grown) -> None:
    sql = "SELECT playlist_id, count(*) FROM playlists GROUP BY ALL ORDER BY ALL"
    found = query(Folder(tiny.root), sql).rows
    assert [count for _, count in found] == [22, 22, 3, 22]


def test_each_change_takes_two_entries_and_brings_two(tiny: Grown) -> None:
    of_one = "playlist_id LIKE '%0' AND seen_at < TIMESTAMP '2026-06-15'"
    sql = f"SELECT change, count(*) FROM changes WHERE {of_one} GROUP BY 1 ORDER BY 1"
    assert query(Folder(tiny.root), sql).rows == [("added", 40), ("removed", 40)]


def test_a_lake_that_was_kept_is_not_made_again(
    tiny: Grown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grown_lakes, "grow", lambda *_: pytest.fail("made again"))
    assert grown(tiny.root.parent, TINY) == tiny


def test_commands_run_on_such_a_lake(tiny: Grown) -> None:
    by_name = {call.name: call for call in calls()}
    for name in ("show --at", "diff FROM", "history", "playlist_at", "playlist_overlap, 90 d"):
        assert by_name[name].inner_seconds(tiny.root) > 0
    show = by_name["show"]
    assert show.process_seconds(tiny.root) > show.inner_seconds(tiny.root)


def test_queries_are_asked_as_on_the_last_day_of_the_lakes() -> None:
    by_name = {call.name: call.arguments for call in calls()}
    assert by_name["songs_added, 7 d"][-2:] == ("--param", "since=2026-06-08")
    assert "at=2026-05-27" in by_name["playlist_at"]
    assert {call.arguments[-1] for call in calls(30)} == {"since=2026-05-17"}


def test_a_command_that_fails_is_no_measurement(tiny: Grown) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        Call("wrong", ("show", "no such thing"), None).inner_seconds(tiny.root)


def _rounds(*ratios: float) -> Sequence[dict[str, float]]:
    return [dict(zip([lake.name for lake in LAKES], (0.5, *ratios), strict=True))]


def test_the_report_has_a_row_for_every_call_and_says_which_take_too_much() -> None:
    every = calls()
    found = {call: [*_rounds(0.5, 4.0)] for call in every}
    found[every[0]] = [*_rounds(0.9, 4.0)]
    page = report("a machine " * 20, LAKES, found, found, {})
    assert page.count("| show | 500 | 1.80 (1.80-1.80) | 8.00 (8.00-8.00) | over 1.5 |") == 2
    assert page.count("| diff | 500 | 1.00 (1.00-1.00) | 8.00 (8.00-8.00) | 1.5 |") == 2
    assert page.count("| history | 500 | 1.00 (1.00-1.00) | 8.00 (8.00-8.00) |  |") == 2
    for call in every:
        assert page.count(f"| {call.name} | ") == 2
    assert "| 1,095 days | 9 | 1.0 | 8 | 1.0 | 1.93 | 1.50 |" in page
    assert str(CHECKOUT) not in page
    assert max(map(len, page.splitlines())) <= 100
