"""Several accounts read Spotify into one lake in a folder, from the stand-in. All synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run

from playlake_contracts.keys import state_key
from playlake_extractor.run.state import State, decode_state, encode_state
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.cli.spotify.conftest import Command, Spotify

    from playlake_extractor.sources.spotify.credentials import StoredCredentials
    from playlake_lake.folder import Folder

FIRST, SECOND = "7xBbv1TvNeENuaVdwcrJh7", "2hr7yDm4N3OlxpO9OkhRri"


@pytest.fixture
def playlake(playlake_on_lake: Command) -> Command:
    """The command on the lake."""
    return playlake_on_lake


def runs(playlake: Command) -> list[tuple[str | None, dict[str, int]]]:
    """The account and the outcomes of each run, the oldest first."""
    assert playlake("runs", "--json") == 0, playlake.said
    found = json.loads(playlake.output.getvalue())
    return [(run["account"], run["outcomes"]) for run in reversed(found)]


def test_each_account_has_a_login_and_a_state_of_its_own(
    playlake: Command,
    lake: Folder,
    store_credentials: Callable[..., StoredCredentials],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for account in ("ada", "bo"):
        store_credentials(playlake.project.home / f"spotify.{account}.json")
    (playlake.project.home / "bo.playlists.yaml").write_text(f"- {SECOND}\n")
    assert playlake("run", FIRST, "--account", "ada") == 0, playlake.said
    assert "Account ada: 1 playlists: 1 landed." in playlake.said
    # The other one has its own file of playlists, and knows nothing of the first.
    monkeypatch.setenv("PLAYLAKE_ACCOUNT", "bo")
    assert playlake("run") == 0, playlake.said
    assert playlake("run", FIRST) == 0, playlake.said
    assert playlake("run", FIRST, "--account", "ada") == 0, playlake.said
    assert runs(playlake) == [
        ("ada", {"landed": 1}),
        ("bo", {"landed": 1}),
        ("bo", {"landed": 1}),
        ("ada", {"unchanged": 1}),
    ]
    assert lake.read(state_key("spotify")) is None
    states = {name: lake.read(state_key("spotify", name)) for name in ("ada", "bo")}
    assert {name: set(decode_state(body or b"").playlists) for name, body in states.items()} == {
        "ada": {FIRST},
        "bo": {FIRST, SECOND},
    }
    # A playlist that both have read is one playlist.
    sql = "SELECT count(DISTINCT playlist_id) AS n FROM playlists"
    assert playlake("query", sql, "--json") == 0
    assert json.loads(playlake.output.getvalue()) == [{"n": 2}]
    assert playlake("runs") == 0
    assert "account" in playlake.output.getvalue()


def test_doctor_looks_at_the_last_run_and_the_quotas_of_the_account(
    playlake: Command,
    spotify: Spotify,
    lake: Folder,
    store_credentials: Callable[..., StoredCredentials],
) -> None:
    for account in ("ada", "bo"):
        store_credentials(playlake.project.home / f"spotify.{account}.json")
    now = datetime.now(UTC).replace(microsecond=0)
    run_id = commit_run(lake, now - timedelta(hours=3), account="ada")
    commit_run(lake, now - timedelta(days=3, hours=1), account="bo")
    state = State(not_before={QuotaGroup.PLAYLIST: now + timedelta(days=1)})
    lake.put_new(state_key("spotify", "ada"), encode_state(state))
    assert playlake("doctor", "--account", "ada", *spotify.options) == 0, playlake.said
    assert f"{run_id}, see `playlake runs {run_id}`" in playlake.said
    assert "Spotify takes no requests of the group playlist before" in playlake.said
    assert playlake("doctor", "--account", "bo", *spotify.options) == 0, playlake.said
    assert "was 3 days ago: `playlake run --account bo`" in playlake.said
    assert "no source asked a run to wait" in playlake.said


def test_an_account_without_a_login_is_told_how_to_get_one(playlake: Command) -> None:
    assert playlake("run", "--account", "cleo") == 1
    assert "spotify.cleo.json: store them by `playlake login` and --account cleo" in playlake.said


def test_a_wrong_name_and_liked_songs_of_an_account_are_refused(
    playlake: Command, lake: Folder, store_credentials: Callable[..., StoredCredentials]
) -> None:
    assert playlake("run", "--account", "Ada Lovelace") != 0
    assert "is not the name of an account" in playlake.said
    store_credentials(playlake.project.home / "spotify.ada.json")
    assert playlake("run", FIRST, "--account", "ada", "--liked-songs") == 78, playlake.said
    assert "Liked Songs have no id" in playlake.said
    assert not list(lake.keys("raw/"))
