"""Playlists of all sources in one lake, read from one stand-in, asked together. All synthetic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from commands import Command
from folder_lakes import put_files, put_mark
from served import serve

from playlake.project import Project
from playlake_contracts.keys import RawKey, state_key
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_contracts.sources.references import REFERENCES
from playlake_extractor.public import FolderRawStore, FolderStateStore
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.settings import Settings
from playlake_extractor.sources.registry import SOURCES
from playlake_lake.identity import make_lake
from playlake_sandbox import Settings as SandboxSettings
from playlake_sandbox import create_app
from playlake_transformer.domain.sources import SOURCES as READERS

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_contracts.manifest import Manifest
    from playlake_lake.folder import Folder

NOW: Final = datetime(2026, 11, 21, 6, tzinfo=UTC)
# Of each source a playlist of its stand-in.
READ: Final = {
    "spotify": "on repeat on repeat",
    "listenbrainz": "Road songs",
    "youtube": "Clips for the tram",
}


@dataclass(frozen=True, slots=True)
class OneLake:
    """A lake of all sources, and the manifest of each."""

    folder: Folder
    manifests: dict[str, Manifest]

    def rows(self, playlake: Command, *query: str) -> list[dict[str, Any]]:
        """What a query gives."""
        arguments = ("query", *query, "--json", "--lake", str(self.folder.root))
        assert playlake(*arguments) == 0, playlake.output
        found: list[dict[str, Any]] = json.loads(playlake.output)
        return found


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> OneLake:
    """One run of each source."""
    folder, _ = make_lake(tmp_path_factory.mktemp("sources") / "lake")
    with serve(create_app(SandboxSettings(largest=215))) as url, httpx.Client() as control:
        control.put(f"{url}/sandbox/clock", json={"now": NOW.isoformat()}).raise_for_status()
        manifests = {source: run(source, url, folder, control) for source in READ}
    for key in map(RawKey.parse, sorted(folder.keys("raw/"))):
        put_files(folder, key)
        put_mark(folder, key)
    return OneLake(folder, manifests)


def run(source: str, url: str, folder: Folder, control: httpx.Client) -> Manifest:
    """Read the playlist of a source, as its settings lead to the stand-in."""
    route = "playlists" if source == "spotify" else f"playlists/{source}"
    listed = control.get(f"{url}/sandbox/{route}").raise_for_status().json()
    ids = {one["name"]: one["id"] for one in listed}
    wanted = ids[READ[source]]
    given = {"source": source, "playlists": wanted, "lake": folder.root, "sandbox_url": url}
    settings = Settings.model_validate(given)
    stores = Stores(FolderRawStore(folder), FolderStateStore(folder, state_key(source)))
    opened = SOURCES[source].open(settings, lambda: NOW)
    return extract(
        Run(source, RunId.derive(source, NOW), "0.0-test"), [wanted], opened, stores, lambda: NOW
    )


@pytest.fixture
def playlake(tmp_path: Path) -> Command:
    """The command."""
    return Command(Project(tmp_path))


def test_every_registered_source_is_read() -> None:
    assert {*READ} == {*SOURCES} == {*READERS} == {*REFERENCES}


def test_one_query_sees_the_playlists_of_all_sources(lake: OneLake, playlake: Command) -> None:
    rows = lake.rows(
        playlake,
        "select source, playlists.name, playlists.entries, count(*) as items, "
        "count(identity) as identities, playlists.content_hash "
        "from playlists join playlist_items using (source, playlist_id, run_id, part) "
        "group by all",
    )
    assert {row["source"]: row["name"] for row in rows} == READ
    for row in rows:
        (landed,) = lake.manifests[row["source"]].playlists
        assert landed.outcome is Outcome.LANDED
        assert row["entries"] == row["items"] == landed.entries
        assert row["identities"] == row["items"]
        assert row["content_hash"] == landed.items_sha256


def test_named_queries_answer_for_all_sources(lake: OneLake, playlake: Command) -> None:
    named = lake.rows(playlake, "--name", "playlists")
    assert {row["name"] for row in named} == {*READ.values()}
    songs = lake.rows(playlake, "select distinct source from tracks")
    assert {row["source"] for row in songs} == {*READ}
    lake.rows(playlake, "--name", "same_songs")


@pytest.mark.parametrize("source", READ)
def test_a_playlist_is_found_by_its_link_and_its_songs_have_one(
    lake: OneLake, playlake: Command, source: str
) -> None:
    (landed,) = lake.manifests[source].playlists
    link = REFERENCES[source].link_of_playlist(landed.playlist_id)
    assert link is not None
    assert playlake("show", link, "--urls", "--lake", str(lake.folder.root)) == 0, playlake.output
    assert playlake.output.count("https://") > 10
