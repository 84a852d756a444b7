"""What the measures mean: their DAX gives what SQL and the raw JSON give, over a synthetic lake.

DAX runs in an interpreter of the tests (`dax_language`), over the rows that the M queries read.
"""

from __future__ import annotations

import statistics
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from dax_language import Column, Context, parse
from powerbi_rows import Reading, made_lake
from query_truth import RawHistory
from query_truth import stays as true_stays
from stay_truth import stays_and_events

from playlake_lake.tables import query
from playlake_warehouses.powerbi.keys import RELATIONS
from playlake_warehouses.powerbi.measures import MEASURES
from playlake_warehouses.powerbi.tables import model_tables

if TYPE_CHECKING:
    from playlake_lake.folder import Folder

DAX = {measure.name: parse(measure.dax) for measure in MEASURES}
# By measure: SQL over the lake. `{where}` is a condition on playlist_id and on the date of a run.
SQL = {
    "Playlists": "select count(distinct playlist_id) from playlist_daily where {where}",
    "Entries": "select sum(entries) from (select arg_max_null(entries, fetched_at) as entries "
    "from playlist_daily where {where} group by playlist_id)",
    "Snapshots": "select count(*) from playlists where {where}",
    "Runs": "select count(distinct run_id) from run_outcomes where {where}",
    "Playlists not read": "select count(*) from run_outcomes where code is not null and {where}",
    "Last run": "select max(fetched_at) from run_outcomes where {where}",
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return made_lake(tmp_path_factory.mktemp("measures") / "lake")


@pytest.fixture(scope="module")
def everything(lake: Folder) -> Context:
    read = Reading(lake)
    return Context({table.name: read(table.name).rows for table in model_tables()}, RELATIONS)


@pytest.fixture(scope="module")
def raw(lake: Folder) -> RawHistory:
    return RawHistory.of((key, lake.read(key) or b"") for key in lake.keys("raw/"))


def test_every_measure_is_held_to_a_truth() -> None:
    others = {"Hours of music", "Rows in quarantine"}
    assert SQL.keys() | HISTORY.keys() | others == DAX.keys()


@pytest.mark.parametrize("name", SQL)
def test_a_measure_of_everything(name: str, lake: Folder, everything: Context) -> None:
    assert DAX[name](everything) == answer(lake, SQL[name].format(where="true"))


@pytest.mark.parametrize("name", SQL)
def test_a_measure_of_a_playlist_on_some_days(name: str, lake: Folder, everything: Context) -> None:
    [(middle,)] = query(lake, "select quantile_disc(day, 0.5) from loads").rows
    some = of_playlist(everything, "gone")
    some = some.where(Column("dates", "day"), lambda day: str(day) <= middle)
    where = f"playlist_id = 'gone' and day <= '{middle}'"
    found = DAX[name](some)
    assert found == answer(lake, SQL[name].format(where=where))
    assert found != DAX[name](everything)


def test_rows_in_quarantine_are_what_the_marks_say(lake: Folder, everything: Context) -> None:
    [(rows,)] = query(lake, "select count(*) from quarantine").rows
    assert DAX["Rows in quarantine"](everything) == rows


def test_entries_and_hours_are_of_the_newest_run_of_each_playlist() -> None:
    rows = [
        daily("a", 1, entries=7, duration_ms=7_200_000),
        daily("a", 2, entries=9, duration_ms=None),
        daily("b", 1, entries=5, duration_ms=1_800_000),
    ]
    context = Context({"playlist_daily": rows}, ())
    assert DAX["Entries"](context) == 9 + 5
    assert DAX["Hours of music"](context) == 0.5
    first = context.where(Column("playlist_daily", "fetched_at"), lambda at: at.day == 1)
    assert DAX["Entries"](first) == 7 + 5
    assert DAX["Hours of music"](first) == 2.5


def daily(playlist: str, day: int, **figures: object) -> dict[str, object]:
    """A row of playlist_daily."""
    return {"playlist_key": playlist, "fetched_at": datetime(2026, 11, day), **figures}  # noqa: DTZ001 - as the model has it


def added(raw: RawHistory, playlist: str | None) -> Any:  # noqa: ANN401
    return events(raw, "added", playlist)


def removed(raw: RawHistory, playlist: str | None) -> Any:  # noqa: ANN401
    return events(raw, "removed", playlist)


def events(raw: RawHistory, kind: str, playlist: str | None) -> int:
    """How often something happened to an entry."""
    found = [each for each in stays_and_events(raw)[1] if each.kind == kind]
    return sum(playlist in {None, each.stay.playlist_id} for each in found)


def there(raw: RawHistory, playlist: str | None) -> int:
    """The number of entries that are there."""
    found = [stay for stay in stays_and_events(raw)[0] if stay.still_there]
    return sum(playlist in {None, stay.playlist_id} for stay in found)


def tenure(raw: RawHistory, playlist: str | None) -> float:
    """The median of the days of each stay."""
    found = list(true_stays(raw, "2000-01-01", "longest"))
    days = [int(str(days)) for who, _, _, _, days, _ in found if playlist in {None, who}]
    return statistics.median(days)


def known(raw: RawHistory, playlist: str | None) -> datetime:
    """The last time at which a playlist was read, or was looked for and not read."""
    looked = raw.outcomes[raw.outcomes["outcome"] != "landed"]
    times = [
        at
        for each in (raw.snapshots, looked)
        for who, at in zip(each["playlist_id"], each["at"], strict=True)
        if playlist in {None, who}
    ]
    last: datetime = max(times).replace(tzinfo=None)
    return last


HISTORY = {
    "Songs added": added,
    "Songs removed": removed,
    "Songs there": there,
    "Median tenure in days": tenure,
    "History up to": known,
}


@pytest.mark.parametrize("name", HISTORY)
@pytest.mark.parametrize("playlist", [None, "calm"])
def test_a_measure_of_the_history(
    name: str, playlist: str | None, raw: RawHistory, everything: Context
) -> None:
    chosen = everything if playlist is None else of_playlist(everything, playlist)
    expected = HISTORY[name](raw, playlist)
    assert expected
    assert DAX[name](chosen) == expected


def of_playlist(context: Context, playlist: str) -> Context:
    """What a slicer of playlists leaves."""
    return context.where(Column("playlist_names", "playlist_id"), lambda value: value == playlist)


def answer(lake: Folder, sql: str) -> object:
    """The one value of a query, a time in UTC without a zone."""
    [(value,)] = query(lake, sql).rows
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
