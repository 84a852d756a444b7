"""The commands on a lake in a folder and on one on AWS, from their arguments to what they print."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from commands import Command
from folder_lakes import committed_lake, landed_lake, put_files, put_mark
from free_ports import choose_port
from landed import part_key, run_id

from playlake import local_aws as local
from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.lakes.queries import named_queries
from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_contracts.tables import TABLES
from playlake_lake.identity import LAKE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

RUN = str(run_id())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A run of two playlists with two entries each, of which one is bad."""
    return committed_lake(tmp_path_factory.mktemp("lakes") / "lake")


@pytest.fixture(scope="module")
def uploaded(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The same objects in the buckets of a local AWS of this module's own."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local.local_aws(project, port=choose_port()) as aws:
        names = aws.resources
        for key in folder.keys(""):
            bucket = names.raw_bucket if key.startswith("raw/") else names.curated_bucket
            if key != LAKE_FILE:
                aws.s3.put_object(Bucket=bucket, Key=key, Body=folder.read(key) or b"")
        yield aws


@pytest.fixture(params=["folder", "aws"])
def playlake(
    request: pytest.FixtureRequest,
    folder: Folder,
    shared_project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    if request.param == "folder":
        monkeypatch.setenv("PLAYLAKE_LAKE", str(folder.root))
    else:
        aws: LocalAws = request.getfixturevalue("uploaded")
        for name, text in aws_settings(aws).items():
            monkeypatch.setenv(name, text)
        monkeypatch.setenv("PLAYLAKE_LAKE", f"s3://{aws.resources.raw_bucket}")
    return Command(shared_project)


def test_query_shows_a_table(playlake: Command) -> None:
    assert playlake("query", "SELECT position, name FROM playlist_items ORDER BY 2") == 0
    cells = [line.split(maxsplit=1) for line in playlake.output.splitlines()]
    assert ["0", "Track 1"] in cells
    assert ["1", "Track 2"] in cells


def test_query_says_how_many_rows_it_leaves_out(playlake: Command) -> None:
    assert playlake("query", "SELECT * FROM playlist_items", "--limit", "1") == 0
    assert "3 more rows: --limit 4 shows all" in playlake.output


def test_query_writes_csv(playlake: Command) -> None:
    sql = "SELECT track_id, name FROM tracks ORDER BY track_id"
    assert playlake("query", sql, "--csv", "--limit", "2") == 0
    assert (
        playlake.output
        == "track_id,name\ntrack00000000000000001,Track 1\ntrack00000000000000002,Track 2\n"
    )


def test_query_reads_standard_input(playlake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT count(*) AS n FROM tracks"))
    assert playlake("query", "-", "--json") == 0
    assert json.loads(playlake.output) == [{"n": 4}]


def test_query_of_an_unknown_table_ends_with_one_sentence(playlake: Command) -> None:
    assert playlake("query", "SELECT * FROM track") == 1
    assert playlake.output == ""
    assert playlake.notices.splitlines()[-1].startswith(
        "playlake: there is no table track: did you mean tracks? The tables are playlists,"
    )


def test_every_named_query_runs(playlake: Command, shared_project: Project) -> None:
    queries = named_queries(shared_project.queries)
    assert queries
    given = {"playlist": "one", "other": "another", "at": "2026-11-21"}
    for name, query in queries.items():
        needed = [one.name for one in query.parameters if one.default is None]
        parameters = [text for one in needed for text in ("--param", f"{one}={given[one]}")]
        assert playlake("query", "--name", name, *parameters) == 0, name


def test_a_named_query_is_given_parameters(playlake: Command) -> None:
    assert playlake("query", "SELECT max(playlist_id) AS id FROM playlists", "--json") == 0
    playlist = json.loads(playlake.output)[0]["id"]
    given = ("--param", f"playlist={playlist}", "--param", "at=2026-11-21")
    assert playlake("query", "--name", "playlist_at", *given, "--csv") == 0
    assert [line[:8] for line in playlake.output.splitlines()] == [
        "position",
        "0,track,",
        "1,track,",
    ]
    assert "Not given, so the default: since=2000-01-01" in playlake.notices
    assert playlake("query", "--name", "playlist_at", *given[:2], "--param", "at=2026-11-20") == 0
    assert playlake("query", "--name", "playlist_at", *given[:2]) == 1
    assert playlake.notices.splitlines()[-1] == (
        "playlake: playlist_at needs the parameter at, the time, UTC; a day means its end: add "
        "--param at=…"
    )


def test_tables_counts_rows_and_days(playlake: Command) -> None:
    assert playlake("tables") == 0
    (line,) = [line for line in playlake.output.splitlines() if "playlist_items" in line]
    assert line.split()[-2:] == ["4", "1"]
    assert all(name in playlake.output for name in TABLES)


def test_quality_shows_the_broken_rules_by_day(playlake: Command) -> None:
    assert playlake("quality", "--days", "10000", "--json") == 0
    (found,) = json.loads(playlake.output)
    assert (found["snapshot_date"], found["rule"]) == ("2026-11-21", "item_duration_long")
    assert (found["severity"], found["alarming"]) == ("warn", False)
    assert (found["rows_broken"], found["rows_checked"]) == (1, 4)
    assert playlake("quality", "--days", "1") == 0
    assert "No row has broken a rule since" in playlake.output


def test_runs_shows_what_became_of_every_playlist(playlake: Command) -> None:
    assert playlake("runs") == 0
    assert RUN in playlake.output
    assert playlake("runs", RUN, "--json") == 0
    assert json.loads(playlake.output)["run_id"] == RUN


def test_status_shows_the_lake_and_the_runs(playlake: Command) -> None:
    assert playlake("status") == 0
    assert "Waiting" in playlake.output
    (line,) = [line for line in playlake.output.splitlines() if RUN in line]
    assert line.split() == [RUN, "2", "2", "0", "0", "1", "4", "1", "2026-11-21", "06:00:07"]


def test_sql_that_writes_is_refused(playlake: Command) -> None:
    assert playlake("query", "DROP TABLE tracks") == 1
    assert playlake.notices.endswith("playlake: the lake is read-only here: give a SELECT\n")
    assert playlake.ask("SELECT count(*) AS n FROM tracks") == [{"n": 4}]


def test_what_a_killed_transformer_left_is_committed_by_transform(
    shared_project: Project, tmp_path: Path
) -> None:
    playlake = Command(shared_project)
    lake = landed_lake(tmp_path / "lake")
    place = ("--lake", str(lake.root))
    assert playlake("status", *place) == 0
    assert "2 raw objects" in playlake.output
    assert playlake("transform", *place) == 0, playlake.notices
    assert playlake("query", "SELECT count(*) AS n FROM tracks", "--json", *place) == 0
    assert json.loads(playlake.output) == [{"n": 4}]


def test_a_rejected_part_leaves_a_record_and_stops_no_other(
    shared_project: Project, tmp_path: Path
) -> None:
    playlake = Command(shared_project)
    lake = landed_lake(tmp_path / "lake")
    lake.put_new(str(part_key(1)), b"synthetic junk")
    place = ("--lake", str(lake.root))
    assert playlake("transform", *place) == 0, playlake.notices
    record = json.loads(lake.read(part_key(1).rejected) or b"")
    assert (record["code"], record["raw_key"]) == ("corrupt_zstd", str(part_key(1)))
    assert str(part_key(1)) in playlake.notices
    assert playlake("doctor", *place) == 1  # nobody has logged in
    assert "1 dead letter" in playlake.output
    assert "`playlake dlq` lists them" in playlake.output
    assert playlake("query", "SELECT count(*) AS n FROM tracks", "--json", *place) == 0
    assert json.loads(playlake.output) == [{"n": 4}]


def test_what_another_command_lands_meanwhile_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = landed_lake(tmp_path / "lake")
    lake = FolderLake.open(folder.root, tmp_path / "logs")

    def transform_and_land(*_: object, **__: object) -> int:
        for key in lake.waiting():
            put_files(folder, key)
            put_mark(folder, key)
        folder.put_new(str(part_key(7)), b"landed meanwhile")
        return 0

    monkeypatch.setattr("playlake.lakes.folder.run_to_end", transform_and_land)
    lake.transform("raw/")
    assert lake.waiting() == [part_key(7)]
    monkeypatch.setattr("playlake.lakes.folder.run_to_end", lambda *_, **__: 75)
    with pytest.raises(CommandError, match=r"raw objects left: 1.* \(status 75\)"):
        lake.transform("raw/")
