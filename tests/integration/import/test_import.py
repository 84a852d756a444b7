"""`playlake import`, from files on disk to rows that can be queried, and between two lakes.

All playlists here are synthetic.
"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import zstandard
from commands import Command
from free_ports import choose_port

from playlake import local_aws as local
from playlake.local_aws.environments import aws_settings
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws

ENTRIES = {
    "track": {
        "type": "track",
        "id": "t1",
        "uri": "spotify:track:t1",
        "name": "Größe",
        "track": True,
    },
    "episode": {"type": "episode", "id": "e1", "uri": "spotify:episode:e1", "name": "One"},
    "local": {"type": "track", "id": None, "uri": "spotify:local:::x:1", "is_local": True},
    "unavailable": None,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def local_aws(project: Project) -> Iterator[LocalAws]:
    with local.local_aws(project, port=choose_port()) as aws:
        yield aws


@pytest.fixture
def playlake(project: Project) -> Command:
    return Command(project)


def landed(project: Project) -> dict[str, int]:
    """When each raw object of the usual lake was written, by its path, in nanoseconds."""
    return {str(path): path.stat().st_mtime_ns for path in project.lakes.glob("*/raw/**/*.*")}


def landed_on(aws: LocalAws) -> dict[str, str]:
    """The ETag of every raw object."""
    found = aws.s3.list_objects_v2(Bucket=aws.resources.raw_bucket, Prefix="raw/")
    return {each["Key"]: each["ETag"] for each in found.get("Contents", ())}


def playlist(playlist_id: str, *held: str, total: int | None = None) -> bytes:
    page = {
        "href": f"https://api.spotify.example/v1/playlists/{playlist_id}/items?offset=0",
        "items": [{"added_at": "2024-01-01T00:00:00Z", "item": ENTRIES[each]} for each in held],
        "offset": 0,
        "total": len(held) if total is None else total,
    }
    return json.dumps(
        {"type": "playlist", "id": playlist_id, "name": f"Name of {playlist_id}", "items": page},
        indent=2,
    ).encode()


def page(playlist_id: str, offset: int, *held: str) -> bytes:
    return json.dumps(
        {
            "href": f"https://api.spotify.example/v1/playlists/{playlist_id}/tracks?offset={offset}",
            "items": [{"added_at": None, "track": ENTRIES[each]} for each in held],
            "offset": offset,
            "total": offset + len(held),
        }
    ).encode()


def test_every_entry_of_every_file_becomes_a_row(playlake: Command, tmp_path: Path) -> None:
    files = {
        "whole.json": playlist("whole", "track", "episode", "local"),
        "long.json.gz": gzip.compress(playlist("long", "track", "unavailable", total=4)),
        "long-2.json.zst": zstandard.compress(page("long", 2, "episode", "track")),
        "array.json": b"[" + page("bare", 0, "track") + b"," + page("gap", 5, "track") + b"]",
    }
    for name, contents in files.items():
        (tmp_path / name).write_bytes(contents)
    paths = [str(tmp_path / name) for name in files]
    assert playlake("import", *paths, "--at", "2024-03-01T06:00:00Z") == 0, playlake.notices
    assert "Playlists: 4. Entries: 9." in playlake.output
    assert "Rows in playlist_items: 9. Rows in quarantine: 0." in playlake.output

    day = "snapshot_date = '2024-03-01'"
    items = playlake.ask(
        "SELECT playlist_id, position, item_type FROM playlist_items "
        f"WHERE {day} ORDER BY playlist_id, position"
    )
    assert [tuple(item.values()) for item in items] == [
        ("bare", 0, "track"),
        ("gap", 5, "track"),
        ("long", 0, "track"),
        ("long", 1, "unavailable"),
        ("long", 2, "episode"),
        ("long", 3, "track"),
        ("whole", 0, "track"),
        ("whole", 1, "episode"),
        ("whole", 2, "local"),
    ]
    outcomes = playlake.ask(
        "SELECT playlist_id, outcome, entries, total, is_complete FROM run_outcomes "
        f"WHERE {day} AND \"trigger\" = 'import' ORDER BY playlist_id"
    )
    assert [tuple(outcome.values()) for outcome in outcomes] == [
        ("bare", "landed", 1, 1, True),
        ("gap", "landed", 1, 6, False),
        ("long", "landed", 4, 4, True),
        ("whole", "landed", 3, 3, True),
    ]


def test_the_same_files_again_land_and_commit_nothing(
    playlake: Command, project: Project, tmp_path: Path
) -> None:
    file = tmp_path / "again.json"
    file.write_bytes(playlist("again", "track"))
    arguments = ("import", str(file), "--at", "2024-03-02")
    assert playlake(*arguments) == 0, playlake.notices
    before = landed(project)
    assert len([path for path in before if "20240302T000000Z-" in path]) == 2
    assert playlake(*arguments) == 0, playlake.notices
    assert "Already imported as run 20240302T000000Z-" in playlake.output
    assert "Rows in playlist_items: 1." in playlake.output
    assert landed(project) == before
    assert playlake.ask("SELECT count(*) AS n FROM loads WHERE snapshot_date = '2024-03-02'") == [
        {"n": 2}
    ]


def test_what_was_landed_without_waiting_is_transformed_by_the_next_import_of_it(
    playlake: Command, tmp_path: Path
) -> None:
    file = tmp_path / "later.json"
    file.write_bytes(playlist("later", "track", "local"))
    arguments = ("import", str(file), "--at", "2024-03-03")
    rows = "SELECT count(*) AS n FROM playlist_items WHERE snapshot_date = '2024-03-03'"
    assert playlake(*arguments, "--no-wait") == 0, playlake.notices
    assert playlake.output.splitlines()[-1] == "Playlists: 1. Entries: 2."
    assert playlake.ask(rows) == [{"n": 0}]
    assert playlake(*arguments) == 0, playlake.notices
    assert "Already imported" in playlake.output
    assert playlake.ask(rows) == [{"n": 2}]


def test_one_bad_file_and_with_strict_nothing_is_landed(
    playlake: Command, project: Project, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json.gz"
    good.write_bytes(playlist("good", "track"))
    bad.write_bytes(gzip.compress(b'{"type": "artist"}'))
    before = landed(project)
    assert playlake("import", str(good), str(bad), "--at", "2024-03-04", "--strict") == 1
    assert playlake.output == ""
    assert playlake.notices.splitlines()[-1] == (
        f"playlake: {bad} is an object of type 'artist': "
        "only playlists and pages of their items can be imported"
    )
    assert landed(project) == before


def test_one_odd_entry_does_not_hide_what_changed_in_its_playlist(
    playlake: Command, tmp_path: Path
) -> None:
    before = json.loads(playlist("odd", "track", "local"))
    before["items"]["items"][1]["item"]["duration_ms"] = "long"
    after = json.loads(json.dumps(before))
    after["items"]["items"].append({"added_at": None, "item": ENTRIES["episode"]})
    after["items"]["total"] = 3
    for day, saved in (("2024-04-01", before), ("2024-04-02", after)):
        file = tmp_path / f"{day}.json"
        file.write_text(json.dumps(saved))
        entries = len(saved["items"]["items"])
        assert playlake("import", str(file), "--at", day) == 0, playlake.notices
        assert f"Rows in playlist_items: {entries}. Rows in quarantine: 1." in playlake.output
    seen = playlake.ask(
        "SELECT p.entries, p.is_complete, o.entries AS counted, o.is_complete AS read "
        "FROM playlists AS p JOIN run_outcomes AS o ON o.run_id = p.run_id "
        "WHERE p.playlist_id = 'odd' ORDER BY p.run_id"
    )
    assert [tuple(row.values()) for row in seen] == [(2, True, 2, True), (3, True, 3, True)]
    since = ("--param", "since=2024-01-01")
    assert playlake("query", "--name", "playlist_changes", *since, "--json") == 0
    changes = [row for row in json.loads(playlake.output) if row["playlist_id"] == "odd"]
    assert [(row["change"], row["identity"]) for row in changes] == [
        ("added", ENTRIES["episode"]["uri"])  # type: ignore[index]  # not the one that is None
    ]


def test_a_lake_moves_from_aws_to_a_folder_and_back(
    playlake: Command, local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    bucket = local_aws.resources.raw_bucket
    on_aws = ("--lake", f"s3://{bucket}", "--no-wait")
    file = tmp_path / "moved.json"
    file.write_bytes(playlist("moved", "track", "local"))
    assert playlake("import", str(file), "--at", "2024-05-01", *on_aws) == 0, playlake.notices
    before = landed_on(local_aws)
    assert len(before) == 2
    for key in before:
        path = tmp_path / "copied" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        local_aws.s3.download_file(bucket, key, str(path))
    there = ("import", str(tmp_path / "copied"), "--lake", str(tmp_path / "lake"))
    assert playlake(*there) == 0, playlake.notices
    assert "Landed 2 raw objects of a lake. There already: 0." in playlake.output
    assert "Rows in playlist_items: 2." in playlake.output
    for key in before:
        local_aws.s3.delete_object(Bucket=bucket, Key=key)
    assert playlake("import", str(tmp_path / "lake" / "raw"), *on_aws) == 0, playlake.notices
    assert "Landed 2 raw objects of a lake. There already: 0." in playlake.output
    assert landed_on(local_aws) == before
    assert playlake("import", str(tmp_path / "lake" / "raw"), *on_aws) == 0, playlake.notices
    assert "Landed 0 raw objects of a lake. There already: 2." in playlake.output
