"""Saved pages of liked songs, and runs that read the songs, are one history. All synthetic."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from commands import Command
from world_runs import WorldRuns, world_runs

from playlake.project import Project
from playlake_contracts.sources.spotify import SAVED_TRACKS_ID
from playlake_lake.history import fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at, observations
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import MembershipRow
from playlake_lake.identity import make_lake
from playlake_sandbox.shapes.saved_song_objects import SavedSongs, saved_songs_page
from playlake_sandbox.shapes.view import View
from playlake_sandbox.spotify_json import write
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.saved_songs import saved_slots, saved_song

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

SEED: Final = 3
FIRST: Final = datetime(2026, 11, 2, 6, tzinfo=UTC)
SAVED_DAYS, LIVE_DAYS = (0, 2), range(3, 10)
LIKED: Final = Playlist("spotify", SAVED_TRACKS_ID)


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake into which pages of two days were imported, and which a week of runs followed."""

    folder: Folder
    made: WorldRuns

    @property
    def records(self) -> FolderRecords:
        """The tables of its history."""
        return FolderRecords(self.folder)

    def songs(self, day: int) -> list[str]:
        """The songs that were liked on a day, the newest first."""
        settings = self.made.sandbox.settings
        size = settings.liked_songs
        slots = saved_slots(SEED, size, (FIRST + timedelta(days=day)).date())
        return [f"spotify:track:{saved_song(SEED, size, slot).track.id}" for slot in slots]


def save_pages(made: WorldRuns, day: int, folder: Path) -> Path:
    """Save the pages of a day, as somebody did before they had Playlake."""
    size, today = made.sandbox.settings.liked_songs, FIRST + timedelta(days=day)
    songs = SavedSongs(size, today.date())
    view = View(SEED, Tier.OLDER_DEV, "https://api.spotify.com")
    pages: list[Any] = [
        json.loads(write(saved_songs_page(view, songs, offset, 50)))
        for offset in range(0, len(saved_slots(SEED, size, today.date())), 50)
    ]
    assert len(pages) > 1
    path = folder / f"liked-{today:%Y-%m-%d}.json"
    path.write_text(json.dumps(pages))
    return path


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake, imported into and then read into every day."""
    root = tmp_path_factory.mktemp("liked")
    folder, _ = make_lake(root / "lake")
    playlake = Command(replace(Project.find(os.environ), home=root / "home"))
    with world_runs(folder, SEED, standing=(), edited=0) as made:
        assert made.wanted == [SAVED_TRACKS_ID]
        files = [str(save_pages(made, day, root)) for day in SAVED_DAYS]
        options = ("--at", "name", "--lake", str(folder.root), "--no-compact")
        assert playlake("import", *files, *options) == 0, playlake.notices
        for day in LIVE_DAYS:
            made.run(FIRST + timedelta(days=day))
        return Lake(folder, made)


def test_every_day_has_the_songs_of_the_world(lake: Lake) -> None:
    for day in (*SAVED_DAYS, *LIVE_DAYS):
        found = contents_at(lake.records, LIKED, FIRST + timedelta(days=day, hours=1))
        assert found is not None
        assert [one.identity for one in found.contents] == lake.songs(day), day


def test_a_song_that_stays_has_one_membership_from_the_first_file_to_the_last_run(
    lake: Lake,
) -> None:
    days = [set(lake.songs(day)) for day in (*SAVED_DAYS, *LIVE_DAYS)]
    stayed = set.intersection(*days)
    history = fold(observations(lake.records, LIKED))
    memberships = [MembershipRow.of(LIKED, one) for one in history.memberships]
    of_song = [one for one in memberships if one.identity in stayed]
    assert len(of_song) == len(stayed) > 50
    assert {one.first_seen_at.date() for one in of_song} == {FIRST.date()}
    assert {one.identity for one in memberships} == set.union(*days)


def test_an_unchanged_day_is_settled_by_one_request_and_refreshed_within_a_week(lake: Lake) -> None:
    outcomes = [next(iter(run.values())) for run in lake.made.outcomes.values()]
    changed = [day == LIVE_DAYS[0] or lake.songs(day) != lake.songs(day - 1) for day in LIVE_DAYS]
    expected = ["landed" if is_changed else "unchanged" for is_changed in changed]
    assert outcomes[:6] == expected[:6]
    assert {"landed", "unchanged"} == set(outcomes)
    requests = lake.made.sandbox.requests["GET /v1/me/tracks"]
    landed = outcomes.count("landed")
    assert requests == 3 * landed + outcomes.count("unchanged")
