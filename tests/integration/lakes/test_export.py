"""Every table becomes a file that other programs read; nothing is overwritten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from two_days import DAYS, ROWS

from playlake.lakes.export import CURRENT
from playlake.output import xlsx
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.project import Project
    from playlake_lake.folder import Folder

TRACK_4 = "track00000000000000004"
NAMES = sorted([*TABLES, *CURRENT])


@pytest.fixture
def folder(tmp_path: Path, full: Folder) -> Path:  # noqa: ARG001 - the lake that is exported
    """A folder that does not exist yet."""
    return tmp_path / "exported"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_csv_has_every_table_in_the_order_of_its_key(playlake: Command, folder: Path) -> None:
    assert playlake("export", str(folder), "--lake", "full") == 0, playlake.notices
    assert names(folder) == [f"{name}.csv" for name in NAMES]
    for name, table in TABLES.items():
        frame = pd.read_csv(folder / f"{name}.csv", keep_default_na=False)
        assert list(frame.columns) == [*table.schema.names, "day"]
        key = list(table.key)
        assert not frame.empty
        assert frame.index.equals(frame.sort_values(key, kind="stable").index)
    items = pd.read_csv(folder / "playlist_items.csv", parse_dates=["fetched_at"])
    assert len(items) == sum(ROWS)
    assert str(items["fetched_at"].dt.tz) == "UTC"


def test_the_current_tables_have_each_song_album_and_artist_once(
    playlake: Command, folder: Path
) -> None:
    assert playlake("export", str(folder), "--lake", "full") == 0, playlake.notices
    songs = pd.read_csv(folder / "current_songs.csv")
    assert sorted(songs["song_id"]) == [
        "track00000000000000001",
        "track00000000000000002",
        "track00000000000000003",
        "track00000000000000004",
        "track00000000000000025",
        "track00000000000000099",
    ]
    assert len(pd.read_csv(folder / "current_albums.csv")) == 3
    assert len(pd.read_csv(folder / "current_artists.csv")) == 3


def test_parquet_has_the_types_of_the_lake(playlake: Command, folder: Path) -> None:
    assert playlake("export", str(folder), "--lake", "full", "--parquet") == 0, playlake.notices
    assert names(folder) == [f"{name}.parquet" for name in NAMES]
    for name, table in TABLES.items():
        found = pq.read_schema(folder / f"{name}.parquet")
        assert found.names == [*table.schema.names, "day"]
        assert found.types == [*table.schema.types, pa.string()]


def test_excel_has_texts_as_texts_and_numbers_as_numbers(playlake: Command, folder: Path) -> None:
    arguments = ("--xlsx", "--table", "tracks", "--table", "current_songs", "--table", "playlists")
    assert playlake("export", str(folder), "--lake", "full", *arguments) == 0, playlake.notices
    assert names(folder) == ["current_songs.xlsx", "playlists.xlsx", "tracks.xlsx"]
    sheet = openpyxl.load_workbook(folder / "tracks.xlsx").active
    assert isinstance(sheet, Worksheet)
    head, *rows = sheet.iter_rows()
    columns = [cell.value for cell in head]
    assert columns == [*TABLES["tracks"].schema.names, "day"]
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    assert len(cells) == sum(ROWS)
    (formula,) = [row["name"] for row in cells if row["track_id"].value == TRACK_4]
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert {row["fetched_at"].value for row in cells} == {"2026-11-21T06:00:07Z"}
    assert {row["duration_ms"].data_type for row in cells if row["duration_ms"].value} == {"n"}
    assert {
        row["is_explicit"].data_type for row in cells if row["is_explicit"].value is not None
    } == {"b"}


def test_only_the_days_that_are_wanted_are_written(playlake: Command, folder: Path) -> None:
    arguments = ("export", str(folder), "--lake", "full", "--day", DAYS[1])
    assert playlake(*arguments) == 0, playlake.notices
    assert set(pd.read_csv(folder / "tracks.csv")["day"]) == {DAYS[1]}
    assert len(pd.read_csv(folder / "current_songs.csv")) == ROWS[1]


def test_a_folder_with_files_stays_as_it_is(playlake: Command, folder: Path) -> None:
    folder.mkdir()
    assert playlake("export", str(folder), "--lake", "full", "--table", "tracks") == 0
    before = (folder / "tracks.csv").read_bytes()
    assert playlake("export", str(folder), "--lake", "full") == 1
    assert "has files: give the name of a new folder" in playlake.notices
    assert names(folder) == ["tracks.csv"]
    assert (folder / "tracks.csv").read_bytes() == before


def test_what_does_not_fit_excel_leaves_nothing_behind(
    playlake: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, value, sentence in (
        ("MAX_ROWS", sum(ROWS), "tracks has more rows than the 7 of an Excel sheet: write --csv"),
        ("MAX_CHARACTERS", 5, "is longer than the 5 characters of an Excel cell: write --csv"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(xlsx, limit, value)
            arguments = ("export", str(folder), "--lake", "full", "--xlsx")
            assert playlake(*arguments, "--table", "loads", "--table", "tracks") == 1
            assert sentence in playlake.notices
        assert list(folder.parent.glob("*exported*")) == []
        assert list(folder.parent.glob(".playlake-*")) == []


def test_a_lake_of_some_tables_gives_what_it_has(
    playlake: Command, project: Project, full: Folder, folder: Path
) -> None:
    few, _ = make_lake(project.home / "lakes" / "few", tables=["albums"])
    for key in full.keys():  # noqa: SIM118 - it is no dictionary
        if key.startswith(("raw/", "curated/loads/", "curated/albums/")):
            few.put_new(key, full.read(key) or b"")
    assert playlake("export", str(folder), "--lake", "few") == 0, playlake.notices
    assert names(folder) == ["albums.csv", "current_albums.csv", "loads.csv"]
    assert playlake("export", f"{folder}-2", "--lake", "few", "--table", "current_songs") == 1
    assert "only the tables albums, loads: pull what current_songs needs" in playlake.notices


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--csv", "--xlsx"], "--csv and --xlsx exclude each other"),
        (["--table", "song"], "there is no table song: the tables are playlists,"),
        (["--day", "november"], "is no range of days"),
        (["--lake", "nowhere"], "there is no lake in"),
        (
            ["--lake", "s3://playlake-raw-000000000000-us-east-1"],
            "is on AWS: run `playlake pull` first",
        ),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    playlake: Command, folder: Path, arguments: list[str], sentence: str
) -> None:
    place = [] if "--lake" in arguments else ["--lake", "full"]
    assert playlake("export", str(folder), *place, *arguments) == 1
    assert sentence in playlake.notices
    assert not folder.exists()


def test_a_folder_in_the_lake_is_refused(playlake: Command, full: Folder) -> None:
    assert playlake("export", str(full.root / "csv"), "--lake", "full") == 1
    assert "is in the lake itself" in playlake.notices


def test_the_list_of_lakes_is_read_by_programs(playlake: Command, full: Folder) -> None:
    assert playlake("lake", "--json") == 0, playlake.notices
    (found,) = json.loads(playlake.output)
    size = sum(full.size(key) or 0 for key in full.keys())  # noqa: SIM118
    assert (found["lake"], found["contents"], found["days"]) == ("full", "own", 2)
    assert (found["bytes"], found["problem"]) == (size, None)
    assert found["last_run"] == "2026-11-21T06:00:00+00:00"
