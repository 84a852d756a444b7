"""`Lake` gives tables and histories as DataFrames. All lakes are synthetic."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from historical_lakes import commit_run, failed, read, unchanged
from landed import entry

from playlake import Lake
from playlake.errors import CommandError
from playlake.notebooks.schemas import CHANGES, CONTENTS, MEMBERSHIPS
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import TABLES, TIMESTAMP
from playlake_lake.history import fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import observations
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playlake_lake.folder import Folder

LINK = "https://open.spotify.com/playlist"
FIRST = datetime(2026, 10, 1, 6, tzinfo=UTC)


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two playlists over five days: edited, unchanged, torn and gone."""
    folder, _ = make_lake(tmp_path_factory.mktemp("notebook") / "lake", synthetic=True)
    one = [entry(1), entry(2), entry(3)]
    first = commit_run(folder, day(0), [read("one", one), read("two", [entry(7)])])
    commit_run(folder, day(1), [read("one", [entry(4), *one[1:]])], [unchanged("two", first)])
    commit_run(folder, day(2), [read("two", [])], [failed("one", Outcome.TORN)])
    commit_run(folder, day(3), [read("one", one)], [failed("two", Outcome.GONE)])
    commit_run(folder, day(4), [read("three", [entry(9)], complete=False)])
    return folder


@pytest.fixture(scope="module")
def lake(folder: Folder) -> Lake:
    return Lake.folder(folder.root)


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(CommandError) as caught:
        ask()
    return str(caught.value)


def test_importing_the_package_loads_nothing_slow() -> None:
    script = (
        "import sys, playlake; slow = {'boto3', 'duckdb', 'pandas', 'pyarrow'}; "
        "assert not slow & {*sys.modules}; from playlake import Lake; "
        "assert {'duckdb', 'pandas'} <= {*sys.modules}; assert 'boto3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_package_has_no_other_names() -> None:
    import playlake  # noqa: PLC0415 - as a module

    with pytest.raises(AttributeError, match="has no attribute 'Lakes'"):
        playlake.Lakes  # noqa: B018


def test_playlists_are_as_last_read(lake: Lake) -> None:
    found = lake.playlists().set_index("playlist_id")
    assert [*found.index] == ["one", "three", "two"]
    assert list(found["entries"]) == [3, 1, 0]
    assert list(found["last_outcome"]) == ["landed", "landed", "gone"]
    assert found["last_read"]["two"] == day(2) + timedelta(seconds=7)


def test_a_playlist_is_as_it_was_at_a_time(lake: Lake) -> None:
    def names(playlist: str, when: str | date) -> list[str]:
        return list(lake.at(playlist, when)["name"])

    assert names("one", "2026-10-01") == ["Track 1", "Track 2", "Track 3"]
    assert names("one", date(2026, 10, 3)) == ["Track 4", "Track 2", "Track 3"]
    assert names("one", datetime(2026, 10, 2, 6)) == names("one", "2026-10-01")  # noqa: DTZ001
    assert names("two", day(2)) == ["Track 7"]
    assert names("two", "now") == []
    found = lake.arrow().at("one", "now")
    assert found.schema == CONTENTS
    assert found["position"].to_pylist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["one", "Playlist one", "playlist ONE"])
def test_a_playlist_is_named_as_in_commands(lake: Lake, name: str) -> None:
    assert lake.at(name, "2026-10-01")["identity"].iloc[0] == "id:track00000000000000001"


def test_changes_and_memberships_are_those_of_the_fold(lake: Lake, folder: Folder) -> None:
    changes, memberships = [], []
    for name in ("one", "three", "two"):
        playlist = Playlist("spotify", name)
        history = fold(observations(FolderRecords(folder), playlist))
        changes += [astuple(ChangeRow.of(playlist, each)) for each in history.changes]
        memberships += [astuple(MembershipRow.of(playlist, each)) for each in history.memberships]
    arrow = lake.arrow()
    assert tuples(arrow.changes()) == changes
    assert tuples(arrow.memberships()) == memberships
    assert tuples(arrow.changes("two")) == [row for row in changes if row[1] == "two"]
    assert arrow.changes().schema == CHANGES
    assert arrow.memberships("one").schema == MEMBERSHIPS
    assert {"added", "removed", "gone"} <= set(lake.changes()["change"])


def tuples(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def test_the_schemas_are_typed() -> None:
    assert CHANGES.field("seen_at").type == TIMESTAMP
    assert CHANGES.field("from_position").type == pa.int32()
    assert not CHANGES.field("run_id").nullable
    assert CHANGES.field("since_run_id").nullable
    assert MEMBERSHIPS.field("still_there").type == pa.bool_()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_has_its_schema_and_its_rows(lake: Lake, name: str) -> None:
    found = lake.arrow().table(name)
    assert found.schema == TABLES[name].schema
    (count,) = lake.sql(f"select count(*) as n from {name}")["n"]
    assert found.num_rows == count


@pytest.mark.parametrize("name", HISTORY_TABLES)
def test_a_table_of_the_history_has_its_schema_and_no_days(lake: Lake, name: str) -> None:
    found = lake.arrow().table(name)
    assert found.schema == HISTORY_TABLES[name].schema
    with pytest.raises(CommandError, match=f"rows of {name} are of several days"):
        lake.table(name, days="2026-10-02")


def test_a_table_is_read_for_some_days(lake: Lake) -> None:
    def days(asked: str) -> list[str]:
        return sorted(set(lake.table("loads", days=asked)["snapshot_date"]))

    assert days("2026-10-02..2026-10-03") == ["2026-10-02", "2026-10-03"]
    assert days("2026-10-02") == ["2026-10-02"]
    assert days("..2026-10-01") == ["2026-10-01"]
    assert days("2027-01-01..") == []


def test_frames_have_arrow_types(lake: Lake) -> None:
    frames = (lake.playlists(), lake.at("one", "now"), lake.changes(), lake.table("playlists"))
    for frame in frames:
        assert all(isinstance(kind, pd.ArrowDtype) for kind in frame.dtypes), frame.dtypes
    items = lake.table("playlist_items")
    assert items["added_at"].dtype == pd.ArrowDtype(TIMESTAMP)
    assert items["position"].dtype == pd.ArrowDtype(pa.int32())


def test_sql_takes_parameters_and_names_of_queries(lake: Lake) -> None:
    sql = "select count(*) as n from playlists where fetched_at < $at and day >= $day and 1 = $one"
    found = lake.sql(sql, at=day(3), day=date(2026, 10, 2), one=1)
    assert list(found["n"]) == [2]
    assert lake.sql("select timestamp '2026-01-01' as t")["t"].dtype == pd.ArrowDtype(TIMESTAMP)
    written = lake.sql("select cast($at as varchar) as t", at=day(3))["t"]
    assert list(written) == ["2026-10-04 06:00:00"], "as on Athena, a timestamp without a zone"
    at = lake.sql("playlist_at", playlist="one", at=day(1) + timedelta(hours=1))
    assert list(at["identity"]) == list(lake.at("one", "2026-10-02")["identity"])
    assert lake.sql("who_adds", since=date(2026, 10, 5)).empty


def test_errors_are_one_sentence(lake: Lake, tmp_path: Path) -> None:
    assert refusal(lambda: lake.at("Playlist onn", "now")).endswith(
        "is Playlist onn: the most similar are Playlist one, Playlist two, Playlist three"
    )
    assert refusal(lambda: lake.at("one", "2026-09-30")) == (
        "Playlist one has no snapshot until 2026-09-30 23:59:59 UTC: the first one is of "
        "2026-10-01 06:00:07 UTC, so give that time or a later one"
    )
    assert refusal(lambda: lake.at("three", "now")).startswith("no run has read Playlist three")
    assert refusal(lambda: lake.at("one", "2999-01-01")).endswith("future: give a time until now")
    assert refusal(lambda: lake.at("one", "soon")).startswith("'soon' is no moment: give a date")
    assert refusal(lambda: lake.table("trcks")).startswith("there is no table trcks: did you mean")
    assert refusal(lambda: lake.table("loads", days="x")).startswith("'x' is no range of days")
    assert refusal(lambda: lake.sql("select 1", x=1)).startswith("the SQL does not name the para")
    assert refusal(lambda: lake.sql("select $y", x=1)).startswith("the SQL names the parameter $y")
    assert refusal(lambda: lake.sql("select $x", x=1.5)).startswith("the parameter x is of type fl")
    assert refusal(lambda: lake.sql("select nam from loads")).startswith("the query was refused")
    assert refusal(lambda: Lake.folder(tmp_path)).startswith(f"there is no lake in {tmp_path}")
    assert refusal(lambda: Lake.aws("x")) == "x is not on AWS: open it with Lake.folder"
    assert refusal(lambda: Lake.local("s3://playlake-raw-123456789012-eu-central-1")).endswith(
        "is on AWS: open it with Lake.aws"
    )


def test_an_empty_lake_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_HOME", str(tmp_path))
    make_lake(tmp_path / "lakes" / "default")
    empty = Lake.local()
    for ask in (empty.playlists, empty.changes):
        assert refusal(ask).endswith("has no snapshot yet: `playlake run` takes one")
    for of_one in (lambda: empty.at("one", "now"), lambda: empty.changes("one")):
        assert refusal(of_one).endswith("is empty: `playlake run` takes a snapshot")
    assert empty.table("tracks").empty
    assert empty.table("tracks")["fetched_at"].dtype == pd.ArrowDtype(TIMESTAMP)
