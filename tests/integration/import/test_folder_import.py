"""`playlake import` into a lake in a folder, from files of every format to histories.

All playlists here are synthetic.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from commands import Command
from git_repositories import Change, make_repository, needs_git

from playlake.project import Project
from playlake_contracts.keys import pseudonyms_key
from playlake_contracts.pseudonyms import Pseudonyms
from playlake_contracts.raw import read_frames

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[2] / "golden" / "saved-files"
FORMATS = [
    GOLDEN / name
    for name in (
        "account-data.json",
        "archive-pretty.json",
        "exportify-new.csv",
        "exportify-old.csv",
        "exportify-semicolons.csv",
        "for-players.m3u8",
    )
]
ID = "3cEYpjA9oz9GiPac4AsH4n"
DUMPED = "0DumpedDumpedDumped000"
PRETTY = "playlists/pretty/Mix.json"
START = datetime(2024, 3, 1, 6, tzinfo=UTC)


class Imported(NamedTuple):
    """A lake with everything that these tests import, and what the command said of each import.

    Attributes:
        outputs: what it printed, by the name of the import.
        notices: what it said beside that.
    """

    playlake: Command
    folder: Path
    outputs: dict[str, str]
    notices: dict[str, str]


def on_lake(folder: Path) -> Command:
    """The command with a home beside the lake in a folder."""
    project = replace(Project.find(os.environ), home=folder.parent / "home")
    return Command(project)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Lands everything first, so that one transformer commits it."""
    folder = tmp_path_factory.mktemp("imported")
    lake = str(folder / "lake")
    found = Imported(on_lake(folder / "lake"), folder, {}, {})
    imports = {
        "formats": (1, [*map(str, FORMATS), "--at", "2024-06-01T00:00Z"]),
        "zip": (0, [str(account_data(folder)), "--at", "2024-06-02T00:00Z"]),
        "dumps": (0, [*dumps(folder), "--playlist", DUMPED, "--name", "Dump", "--at", "name"]),
    }
    if shutil.which("git"):
        repository = make_repository(folder / "archive", commits())
        imports["git"] = (0, ["--git", str(repository), PRETTY])
    for name, (status, arguments) in imports.items():
        assert found.playlake("import", *arguments, "--lake", lake, "--no-wait") == status, name
        found.outputs[name] = found.playlake.output
        found.notices[name] = found.playlake.notices
    assert found.playlake("transform", "--lake", lake) == 0, found.playlake.notices
    return found


@pytest.fixture
def playlake(imported: Imported, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on the lake with everything."""
    monkeypatch.setenv("PLAYLAKE_LAKE", str(imported.folder / "lake"))
    return imported.playlake


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on a lake that is not there yet."""
    monkeypatch.setenv("PLAYLAKE_LAKE", str(tmp_path / "lake"))
    return on_lake(tmp_path / "lake")


def account_data(folder: Path) -> Path:
    """Account data as it is downloaded."""
    packed = io.BytesIO()
    inside = "Spotify Account Data"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(GOLDEN / "account-data.json", f"{inside}/Playlist1.json")
        archive.writestr(f"{inside}/StreamingHistory_music_0.json", "[]")
        archive.writestr(f"{inside}/Userdata.json", '{"username": "synthetic"}')
    path = folder / "my_spotify_data.zip"
    path.write_bytes(packed.getvalue())
    return path


def dumps(folder: Path) -> list[str]:
    """Two dumps of one playlist, of which the second has one song more."""
    entries = json.loads((GOLDEN / "entries.json").read_bytes())
    for name, held in (("dump-2024-07-01.json", entries[:1]), ("dump-2024-08-01.json", entries)):
        (folder / name).write_text(json.dumps(held))
    return [str(path) for path in sorted(folder.glob("dump-*.json"))]


def states() -> list[list[int]]:
    """What a playlist held on thirty days."""
    dice = Random(7)
    held, songs = [], list(range(10))
    for day in range(30):
        songs = [song for song in songs if dice.random() > 0.1]
        songs.insert(dice.randint(0, len(songs)), 100 + day)
        if dice.random() < 0.3:
            dice.shuffle(songs)
        held.append(list(songs))
    return held


def commits() -> list[Change]:
    """The same as commits; each changes another file as well."""
    return [
        Change(START + timedelta(days=day), {PRETTY: archived(songs), "README": str(day).encode()})
        for day, songs in enumerate(states())
    ]


def raw_objects(lake: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(lake)): path.read_bytes()
        for path in sorted((lake / "raw").rglob("*"))
        if path.is_file()
    }


def archived(songs: list[int]) -> bytes:
    """The public archive's file of a playlist, with songs by their numbers."""
    tracks = [
        {
            "added_at": "2024-01-01 10:00:00",
            "album": {"name": "Album", "url": f"https://open.spotify.com/album/{1:022}"},
            "artists": [{"name": "Ana", "url": f"https://open.spotify.com/artist/{2:022}"}],
            "duration_ms": 180_000,
            "name": f"Song {song}",
            "url": f"https://open.spotify.com/track/{song:022}",
        }
        for song in songs
    ]
    playlist = {"original_name": "Mix", "snapshot_id": "s", "unique_name": "Mix", "tracks": tracks}
    url = f"https://open.spotify.com/playlist/{ID}"
    return json.dumps({**playlist, "url": url}, indent=2).encode()


def test_files_of_all_formats_are_one_run_and_both_services_agree(
    imported: Imported, playlake: Command
) -> None:
    # Account data and the M3U have no id, and the same name.
    assert "each hold all of playlist 'name-" in imported.notices["formats"]
    assert "Playlists: 4. Entries: 7." in imported.outputs["formats"]
    rows = playlake.ask(
        "SELECT p.content_hash = o.content_hash AS equal, p.entries = o.entries AS as_many "
        "FROM playlists AS p JOIN run_outcomes AS o USING (run_id, playlist_id)"
    )
    assert rows == [{"equal": True, "as_many": True}] * len(rows)
    assert len(rows) >= 4 + 1 + 2
    assert playlake.ask("SELECT count(*) AS n FROM quarantine") == [{"n": 0}]
    assert playlake("check", "--all") == 0, playlake.output


def test_the_zip_of_account_data_is_taken_as_it_was_downloaded(
    imported: Imported, playlake: Command
) -> None:
    said = "my_spotify_data.zip: 2 files are left out, because they are no playlists"
    assert said in imported.notices["zip"]
    assert "Playlists: 1. Entries: 5." in imported.outputs["zip"]
    kept = playlake.ask(
        "SELECT added_at, added_at_raw FROM playlist_items WHERE day = '2024-06-02' "
        "ORDER BY position"
    )
    assert len(kept) == 5
    assert kept[0]["added_at_raw"] == "2024-05-06"
    assert kept[0]["added_at"].startswith("2024-05-06T00:00:00")


def test_two_dumps_with_their_dates_are_two_snapshots_of_one_playlist(
    imported: Imported, playlake: Command
) -> None:
    assert "Imported as 2 runs. Already imported: 0." in imported.outputs["dumps"]
    assert "Playlists: 1. Snapshots: 2. Entries: 4." in imported.outputs["dumps"]
    arguments = ("import", *dumps(imported.folder), "--playlist", DUMPED, "--name", "Dump")
    assert playlake(*arguments, "--at", "name", "--no-wait") == 0
    assert "Imported as 0 runs. Already imported: 2." in playlake.output
    assert playlake(*arguments, "--no-wait") == 1
    assert "so import them separately, each with its --at, or with --at name" in playlake.notices
    assert playlake("diff", "Dump", "2024-07-02", "2024-08-02", "--json") == 0, playlake.notices
    assert "7ouMYWpwJ422jRcDASZB7P" in playlake.output


@needs_git
def test_a_git_history_of_thirty_commits_becomes_thirty_snapshots_with_its_changes(
    imported: Imported, playlake: Command
) -> None:
    repository = imported.folder / "archive"
    assert "Imported as 30 runs. Already imported: 0." in imported.outputs["git"]
    rows = playlake.ask(
        "SELECT fetched_at, string_agg(track_id, ' ' ORDER BY position) AS ids "
        f"FROM playlist_items WHERE playlist_id = '{ID}' AND day < '2024-06-01' "
        "GROUP BY fetched_at ORDER BY fetched_at"
    )
    assert [row["ids"].split(" ") for row in rows] == independently_read(repository, PRETTY)
    since = ("--param", "since=2024-01-01")
    assert playlake("query", "--name", "playlist_changes", *since, "--json") == 0
    of_mix = [row for row in json.loads(playlake.output) if row["playlist_id"] == ID]
    for kind, expected in (("added", added), ("removed", removed)):
        seen = sorted(
            (row["seen_at"][:10], row["identity"])
            for row in of_mix
            if row["change"] == kind and row["seen_at"] < "2024-06-01"
        )
        assert seen == expected(states())
    assert playlake("import", "--git", str(repository), PRETTY, "--no-wait") == 0
    assert "Imported as 0 runs. Already imported: 30." in playlake.output


def independently_read(repository: Path, path: str) -> list[list[str]]:
    """The ids of the tracks after each commit, read by `git show`."""
    git = ["git", "-C", str(repository)]
    log = subprocess.run(
        [*git, "log", "--reverse", "--format=%H", "--", path], capture_output=True, check=True
    )
    read = []
    for sha in log.stdout.decode().split():
        shown = subprocess.run([*git, "show", f"{sha}:{path}"], capture_output=True, check=True)
        tracks: list[dict[str, Any]] = json.loads(shown.stdout)["tracks"]
        read.append([track["url"].rpartition("/")[2] for track in tracks])
    return read


def added(states: list[list[int]]) -> list[tuple[str, str]]:
    return _changed(states, lambda before, after: set(after) - set(before))


def removed(states: list[list[int]]) -> list[tuple[str, str]]:
    return _changed(states, lambda before, after: set(before) - set(after))


def _changed(
    states: list[list[int]], difference: Callable[[list[int], list[int]], set[int]]
) -> list[tuple[str, str]]:
    return sorted(
        (f"{START + timedelta(days=day):%Y-%m-%d}", f"spotify:track:{song:022}")
        for day in range(1, len(states))
        for song in difference(states[day - 1], states[day])
    )


def test_good_files_are_imported_beside_bad_ones_unless_strict(
    empty: Command, tmp_path: Path
) -> None:
    good, bad, worse = (tmp_path / name for name in ("good.json", "bad.json", "worse.json"))
    good.write_bytes(archived([1]))
    bad.write_bytes(b'{"type": "artist"}')
    worse.write_bytes(b"<html>")
    refused = (
        f"{bad} is an object of type 'artist': only playlists and pages of their items can be "
        "imported"
    )
    arguments = ("import", *map(str, (good, bad, worse)), "--at", "2024-03-04T00:00Z", "--no-wait")
    assert empty(*arguments, "--strict") == 1
    assert not (tmp_path / "lake").exists()
    *_, one, other, last = empty.notices.splitlines()
    assert one == f"Refused: {refused}"
    assert other.startswith(f"Refused: {worse} is a web page and not its data: ")
    assert last == "playlake: 2 refusals, each named above; nothing was imported"
    assert empty(*arguments) == 1
    assert "Playlists: 1. Entries: 1." in empty.output
    assert empty.notices.endswith("2 refusals, each named above; everything else was imported\n")
    assert len(raw_objects(tmp_path / "lake")) == 2
    assert empty("import", str(bad)) == 1
    assert empty.notices.splitlines()[-1] == f"playlake: {refused}"


@needs_git
def test_commits_and_a_given_time_contradict_each_other(empty: Command, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", [Change(START, {"a.json": archived([1])})])
    assert empty("import", "--git", str(repository), "a.json", "--at", "2024-01-01") == 1
    assert "--at and --git contradict each other: a commit has a time" in empty.notices
    assert empty("import", "--git", str(repository), "b.json") == 1
    assert "no commit of" in empty.notices
    assert not (tmp_path / "lake").exists()


@needs_git
def test_one_bad_commit_does_not_hold_up_the_others(empty: Command, tmp_path: Path) -> None:
    held = [archived([1]), b"{", archived([2])]
    changes = [Change(START + timedelta(days=n), {"a.json": one}) for n, one in enumerate(held)]
    repository = make_repository(tmp_path / "r", changes)
    assert empty("import", "--git", str(repository), "a.json", "--no-wait") == 1
    assert "Imported as 2 runs." in empty.output
    assert "/a.json is not JSON: " in empty.notices


def test_a_lake_moves_to_another_folder_object_by_object(
    imported: Imported, empty: Command, tmp_path: Path
) -> None:
    source, target = imported.folder / "lake", tmp_path / "lake"
    objects = raw_objects(source)
    assert empty("import", str(source / "raw"), "--no-wait") == 0, empty.notices
    assert f"Landed {len(objects)} raw objects of a lake. There already: 0." in empty.output
    assert raw_objects(target) == objects
    assert empty("import", str(source / "raw"), "--no-wait") == 0, empty.notices
    assert f"Landed 0 raw objects of a lake. There already: {len(objects)}." in empty.output


def test_an_import_has_the_pseudonyms_of_the_lake(
    imported: Imported, empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.json"
    body = json.loads(archived([1]))
    body["owner"] = {"name": "Ada", "url": "https://open.spotify.com/user/ada"}
    file.write_bytes(json.dumps(body).encode())
    arguments = ("import", str(file), "--at", "2024-03-04T00:00Z", "--no-wait")
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", "short")
    assert empty(*arguments) == 1
    assert "the key of pseudonyms has 5 bytes, and needs 16: take a random one" in empty.notices
    assert not raw_objects(tmp_path / "lake")
    key = "synthetic key of pseudonyms"
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", key)
    assert empty(*arguments) == 0, empty.notices
    monkeypatch.delenv("PLAYLAKE_PSEUDONYM_KEY")
    before = raw_objects(tmp_path / "lake")
    (part,) = (body for name, body in before.items() if name.endswith(".zst"))
    frame = b"".join(read_frames(part))
    assert str(Pseudonyms("spotify", key.encode()).of("ada")).encode() in frame
    assert b"user/ada" not in frame
    later = ("import", str(file), "--at", "2024-03-05T00:00Z", "--no-wait")
    assert empty(*later) == 1
    assert "would be landed with their ids now" in empty.notices
    assert empty("import", str(imported.folder / "lake" / "raw"), "--no-wait") == 1
    assert "may have ids of users, and users of spotify have pseudonyms here" in empty.notices
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", key)
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY_FILE", "also")
    assert empty(*later) == 1
    assert "are both set: leave one out" in empty.notices
    monkeypatch.delenv("PLAYLAKE_PSEUDONYM_KEY_FILE")
    assert empty("erase", "--user", "https://open.spotify.com/user/ada") == 0, empty.notices
    assert "snapshots with the user: 1." in empty.output
    monkeypatch.delenv("PLAYLAKE_PSEUDONYM_KEY")
    assert empty("erase", "--user", "ada") == 1
    # The lake knows a key also if named accounts alone have used one.
    record = tmp_path / "lake" / pseudonyms_key("spotify")
    of_account = tmp_path / "lake" / pseudonyms_key("spotify", "ada")
    of_account.parent.mkdir(parents=True)
    record.rename(of_account)
    assert empty(*later) == 1
    assert empty("import", str(imported.folder / "lake" / "raw"), "--no-wait") == 1
    assert raw_objects(tmp_path / "lake") == before
