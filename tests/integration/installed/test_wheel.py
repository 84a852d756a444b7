"""The wheel is the same for the same commit, and works where there is no clone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from installed import ROOT, Installed, build
from sandbox_access import store_credentials

from playlake.demo.sandbox import Sandbox
from playlake.services.processes import service_environment, start, stop, wait_until_ready
from playlake_contracts.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(600)

SYNTHETIC = {
    "href": "https://api.spotify.com/v1/playlists/7xBbv1TvNeENuaVdwcrJh7/tracks?offset=0&limit=100",
    "items": [
        {
            "added_at": "2021-05-01T00:00:00Z",
            "track": {
                "type": "track",
                "id": "567KjyY6iQiX24LkoBzbCg",
                "uri": "spotify:track:567KjyY6iQiX24LkoBzbCg",
                "name": "Synthetic",
            },
        }
    ],
    "limit": 100,
    "offset": 0,
    "total": 1,
}
IGNORED = shutil.ignore_patterns(".*", "__pycache__", "tests", "docs", "dist", "cdk.out")


@pytest.fixture(scope="module")
def playlake(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed.install(tmp_path_factory.mktemp("outside"))


@pytest.fixture
def spotify(playlake: Installed, tmp_path: Path) -> Iterator[Installed]:
    """The command beside a stand-in for Spotify, both from the wheel."""
    playing = Sandbox(choose_port())
    own = {"PLAYLAKE_SANDBOX_PORT": str(playing.port), "PLAYLAKE_SANDBOX_LARGEST": "120"}
    environment = service_environment(playlake.environment(), own)
    log = tmp_path / "sandbox.log"
    process = start([str(playlake.python), "-m", "playlake_sandbox"], environment, log)
    try:
        health = f"http://127.0.0.1:{playing.port}/sandbox/health"
        wait_until_ready(process, "sandbox", health, log)
        credentials = tmp_path / "spotify.json"
        settings = store_credentials(playing, credentials)
        settings["PLAYLAKE_SPOTIFY_CREDENTIALS"] = str(credentials)
        yield Installed(playlake.folder, settings)
    finally:
        stop(process)


def test_a_commit_makes_the_same_bytes_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    digests = []
    for name, mask in (("one", 0o022), ("another", 0o077)):
        source = tmp_path / name
        shutil.copytree(ROOT, source, ignore=IGNORED, copy_function=shutil.copyfile)
        before = os.umask(mask)
        try:
            built = build(tmp_path / f"{name} dist", source)
        finally:
            os.umask(before)
        digests.append({f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in built})
    assert sorted(digests[0]) == [
        f"playlake-{VERSION}-py3-none-any.whl",
        f"playlake-{VERSION}.tar.gz",
    ]
    assert digests[0] == digests[1]


def test_outside_the_clone_the_shipped_files_are_found(playlake: Installed) -> None:
    assert playlake.run("--version").stdout == f"playlake {VERSION}\n"
    names = sorted(file.stem for file in (ROOT / "queries").glob("*.sql"))
    listed = playlake.run("query", "--list").stdout
    assert [name for name in names if name not in listed] == []
    for template in (ROOT / "infra" / "template").glob("*.json"):
        assert "together" in playlake.run("cost", "--preset", template.stem).stdout


def test_outside_the_clone_a_saved_file_becomes_rows(playlake: Installed, tmp_path: Path) -> None:
    saved = tmp_path / "synthetic.json"
    saved.write_text(json.dumps(SYNTHETIC))
    lake = str(tmp_path / "lake")
    playlake.run("import", str(saved), "--at", "2021-06-01", "--lake", lake)
    found = playlake.run("query", "SELECT name FROM tracks", "--json", "--lake", lake).stdout
    assert json.loads(found) == [{"name": "Synthetic"}]
    assert "tracks" in playlake.run("tables", "--lake", lake).stdout


def test_outside_the_clone_a_run_keeps_the_default_lake_in_the_home(spotify: Installed) -> None:
    said = spotify.run("run").stdout
    assert "playlist_items" in said
    found = json.loads(
        spotify.run("query", "SELECT count(*) AS n FROM playlist_items", "--json").stdout
    )
    assert found[0]["n"] > 100
    assert list((spotify.folder / "home").rglob("lakes/default/lake.json"))
