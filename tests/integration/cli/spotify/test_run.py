"""`playlake run`, `runs` and `doctor` with the real services and the stand-in for Spotify."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from folder_lakes import put_mark
from historical_lakes import commit_run, read
from landed import entry

from playlake.running.environment import run_environment
from playlake.running.extractor import run_extractor
from playlake.services.http import ask
from playlake_contracts.covers import media_type_of
from playlake_contracts.keys import RAW_PREFIX, RawKey, state_key
from playlake_contracts.log_events import ExtractorEvent, RunStarted, RunStopped
from playlake_contracts.manifest import Manifest, encode_manifest
from playlake_contracts.runs import RunId
from playlake_extractor.run.state import State, encode_state
from playlake_extractor.sources.spotify.credential_stores import FileStore
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup
from playlake_sandbox.clock import STANDING_AT
from playlake_sandbox.world.saved_songs import saved_slots

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.cli.spotify.conftest import Command, Spotify

    from playlake_extractor.sources.spotify.credentials import StoredCredentials
    from playlake_lake.folder import Folder

NOW = datetime.now(UTC)
FIRST, SECOND = "7xBbv1TvNeENuaVdwcrJh7", "2hr7yDm4N3OlxpO9OkhRri"
RUN = re.compile(r"Run ([0-9]{8}T[0-9]{6}Z-[a-z2-7]{6})\.")


@pytest.fixture
def playlake(playlake_on_lake: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on the lake; the environment has another secret than the stored one."""
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CLIENT_SECRET", "not the stored one")
    return playlake_on_lake


@pytest.fixture
def credentials(
    store_credentials: Callable[..., StoredCredentials],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The file of the credentials that the command uses."""
    file = tmp_path / "spotify.json"
    store_credentials(file)
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CREDENTIALS", str(file))
    return file


def put_manifest(folder: Folder, finished_at: datetime) -> str:
    """A synthetic run of no playlist at all, committed."""
    run_id = RunId.derive("spotify", finished_at)
    manifest = Manifest(
        source="spotify",
        run_id=str(run_id),
        trigger="schedule",
        extractor_version="0",
        scheduled_at=finished_at,
        started_at=finished_at - timedelta(seconds=7),
        finished_at=finished_at,
        configured=0,
        requests=0,
        playlists=[],
        parts=[],
    )
    key = RawKey.of_manifest("spotify", run_id)
    folder.put_new(str(key), encode_manifest(manifest))
    put_mark(folder, key)
    return str(run_id)


@pytest.mark.usefixtures("credentials")
def test_a_run_lands_transforms_and_tells_of_the_users_own_playlists(
    playlake: Command, spotify: Spotify
) -> None:
    assert playlake("run", "--liked-songs") == 0
    listed = ask(spotify.port, "GET", "/sandbox/playlists")
    mine = [one["id"] for one in listed if one["readable_by"] == ["user"]] + ["liked-songs"]
    table = playlake.output.getvalue()
    assert mine
    assert [one for one in mine if one not in table] == []
    assert re.search(r"Rows: [1-9][0-9]* playlists, [1-9][0-9,]* playlist_items", table)
    found = RUN.search(table)
    assert found is not None

    assert playlake("runs") == 0
    assert found[1] in playlake.output.getvalue()
    assert playlake("runs", found[1]) == 0
    assert "part-0000" in playlake.output.getvalue()
    assert [one for one in mine if one not in playlake.output.getvalue()] == []
    assert playlake("runs", found[1], "--json") == 0
    assert json.loads(playlake.output.getvalue())["run_id"] == found[1]
    assert playlake("runs", "--json") == 0
    (overview,) = json.loads(playlake.output.getvalue())
    assert overview["outcomes"] == {"landed": len(mine)}
    assert playlake("runs", found[1][:-1]) == 1
    assert playlake.last_words == (
        f"playlake: there is no run '{found[1][:-1]}': the nearest are {found[1]}"
    )


@pytest.mark.usefixtures("credentials")
def test_a_run_that_spotify_cuts_short_passes_its_status_on_and_still_asks_and_compacts(
    playlake: Command, spotify: Spotify, lake: Folder
) -> None:
    commit_run(lake, NOW - timedelta(days=3), [read("p", [entry(1)])])
    spotify.arm(
        {
            "kind": "status",
            "status": 429,
            "reason": "QUOTA_EXCEEDED",
            "retry_after": 7200,
            "path": f"/v1/playlists/{SECOND}",
        }
    )
    second = f"https://open.spotify.com/playlist/{SECOND}?si=x"
    assert playlake("run", FIRST, second, "--enrich") == 75
    due = re.search(r"Details of ([0-9]+) artists and albums are due", playlake.notices.getvalue())
    landed = re.search(r"Details of ([0-9]+) artists and ([0-9]+) ", playlake.output.getvalue())
    assert due is not None
    assert landed is not None
    assert 0 < int(landed[1]) + int(landed[2]) == min(int(due[1]), 200)
    assert "1 landed, 1 rate_limited" in playlake.output.getvalue()
    assert "No more requests of the group playlist are taken before" in playlake.notices.getvalue()
    assert "for faster queries (days: 1)." in playlake.notices.getvalue()
    assert "1 of 2 playlists could not be read now" in playlake.last_words
    assert playlake("doctor", *spotify.options) == 0
    assert "no requests of the group playlist before" in playlake.output.getvalue()
    assert playlake("query", "--name", "albums", "--json") == 0
    albums = json.loads(playlake.output.getvalue())
    assert len([album for album in albums if album["upc"] is not None]) == int(landed[2])


@pytest.mark.usefixtures("credentials")
def test_covers_are_kept_if_they_are_asked_for(playlake: Command, lake: Folder) -> None:
    assert playlake("run", FIRST) == 0
    assert list(lake.keys("covers/")) == []
    assert playlake("run", FIRST, "--full", "--covers") == 0
    assert "Covers: 1 kept, 0 not kept." in playlake.notices.getvalue()
    image, link = lake.keys("covers/")
    assert image.startswith("covers/images/")
    assert link.startswith("covers/source=spotify/")
    assert media_type_of(lake.read(image) or b"") == "image/png"


@pytest.mark.usefixtures("credentials")
def test_liked_songs_can_be_named_and_shown_like_a_playlist(playlake: Command) -> None:
    assert playlake("run", "liked-songs") == 0
    assert "1 landed" in playlake.output.getvalue()
    songs = len(saved_slots(2026, 230, STANDING_AT.date()))
    assert playlake("show", "https://open.spotify.com/collection/tracks", "--json") == 0
    shown = json.loads(playlake.output.getvalue())
    assert (shown["name"], len(shown["entries"])) == ("Liked Songs", songs)


def test_a_login_without_their_scope_leaves_liked_songs_unread_and_says_what_to_do(
    playlake: Command,
    spotify: Spotify,
    store_credentials: Callable[..., object],
    tmp_path: Path,
) -> None:
    file = tmp_path / "spotify.json"
    store_credentials(file, refresh_token=spotify.log_in())
    location = ("--credentials", str(file))
    assert playlake("run", FIRST, "liked-songs", *location) == 0
    assert "1 landed, 1 forbidden" in playlake.output.getvalue()
    assert "playlake login --liked-songs" in re.sub(r"\s+", " ", playlake.said)
    assert playlake("doctor", *location, *spotify.options) == 0
    assert "user-library-read" not in playlake.output.getvalue()
    assert playlake("doctor", "--liked-songs", *location, *spotify.options) == 0
    assert (
        "user-library-read is missing, so some playlists stay unread: run "
        "`playlake login --liked-songs` and agree to all"
    ) in playlake.output.getvalue()


@pytest.mark.usefixtures("playlake")
def test_an_extractor_whose_login_has_ended_says_so_in_a_sentence(
    lake: Folder, store_credentials: Callable[..., object], tmp_path: Path
) -> None:
    file = tmp_path / "spotify.json"
    store_credentials(file, refresh_token="synthetic")  # noqa: S106  nobody's
    environment = run_environment(
        os.environ,
        {"PLAYLAKE_LAKE": str(lake.root)},
        source="spotify",
        playlists="mine",
        settings={"PLAYLAKE_SPOTIFY_CREDENTIALS": str(file)},
        scheduled_at=NOW,
    )
    events: list[ExtractorEvent] = []
    run_id = RunId.derive("spotify", NOW)
    log = tmp_path / "extractor.log"
    log.write_text('{"event": "run_stopped", "code": "x", "reason": "of an earlier run"}\n')
    ended = run_extractor(environment, run_id, log, events.append, options=["--full"])
    assert ended.status == 77
    assert ended.sentence is not None
    assert ended.sentence.endswith("(authorisation_needed)")
    assert [type(event) for event in events] == [RunStarted, RunStopped]


def test_a_doctor_finds_all_well(
    playlake: Command, spotify: Spotify, credentials: Path, lake: Folder
) -> None:
    run_id = put_manifest(lake, NOW)
    assert playlake("doctor", *spotify.options) == 0
    printed = playlake.output.getvalue()
    assert f"in {credentials}, where only you may read them" in printed
    assert "Robin Listener (sandbox-listener)" in printed
    assert "playlist-read-collaborative playlist-read-private" in printed
    assert "made since February 2026" in printed
    assert f"{run_id}, see" in printed
    assert printed.splitlines()[-1] == "Problems: 0. Warnings: 0."


def test_a_doctor_keeps_a_refresh_token_that_spotify_replaces(
    playlake: Command,
    spotify: Spotify,
    store_credentials: Callable[..., StoredCredentials],
    credentials: Path,
) -> None:
    # Of a consent of its own, for the stand-in takes a replaced token no more.
    before = store_credentials(credentials, refresh_token=spotify.log_in())
    spotify.arm({"kind": "rotate_refresh_token"})
    assert playlake("doctor", *spotify.options) == 0
    after = FileStore(credentials).load()
    assert after.refresh_token not in {None, before.refresh_token}
    assert after.authorised_on == before.authorised_on


def test_a_doctor_without_credentials_looks_at_the_rest(
    playlake: Command, lake: Folder, tmp_path: Path
) -> None:
    run_id = put_manifest(lake, NOW - timedelta(days=3))
    key = state_key("spotify")
    closed = State(not_before={QuotaGroup.ITEMS: NOW + timedelta(hours=1)})
    lake.put_new(key, encode_state(closed))
    assert playlake("doctor", "--credentials", str(tmp_path / "none.json")) == 1
    printed = playlake.output.getvalue()
    assert "store them by `playlake login`" in printed
    assert str(lake.root) in printed
    assert "no requests of the group items before" in printed
    assert f"{run_id} was 3 days ago: `playlake run`" in printed
    assert printed.splitlines()[-1] == "Problems: 1. Warnings: 2."


def test_runs_are_shown_newest_first_and_a_damaged_manifest_is_reported(
    playlake: Command, lake: Folder
) -> None:
    older, newer = (put_manifest(lake, NOW - timedelta(days=days)) for days in (2, 1))
    damaged = str(RawKey.of_manifest("spotify", RunId.derive("spotify", NOW)))
    lake.put_new(damaged, b"{}")
    assert playlake("runs") == 0
    assert re.findall(r"[0-9]{8}T[0-9]{6}Z-[a-z2-7]{6}", playlake.output.getvalue()) == [
        newer,
        older,
    ]
    assert f"{damaged} is no manifest" in playlake.notices.getvalue()
    assert damaged.startswith(RAW_PREFIX)
    assert playlake("runs", "--limit=2") == 0
    assert older not in playlake.output.getvalue()


def test_before_the_first_run_there_is_nothing_to_show(playlake: Command) -> None:
    assert playlake("runs") == 0
    assert playlake.output.getvalue() == "Nothing has run yet.\n"
    assert playlake("runs", "20261121T060000Z-aaaaaa") == 1
    assert playlake.last_words.endswith("nothing has run yet")


def test_a_lake_that_is_not_made_yet_is_no_problem_to_a_doctor(
    playlake: Command, tmp_path: Path
) -> None:
    place = ("--lake", str(tmp_path / "none"))
    assert playlake("runs", *place) == 1
    assert playlake.last_words.startswith(f"playlake: there is no lake in {tmp_path / 'none'}: ")
    assert playlake("doctor", "--credentials", str(tmp_path / "none.json"), *place) == 1
    assert playlake.output.getvalue().splitlines()[-1] == "Problems: 1. Warnings: 1."
    assert not (tmp_path / "none").exists()
