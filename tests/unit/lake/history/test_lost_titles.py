"""A song that the source took away keeps the title that it had, in every view of the history.

Its entry still has an identity, as a track that was taken down or a deleted video. All synthetic.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read
from landed import entry

from playlake_lake.history import ChangeKind, Entry, difference, fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at, observations, with_known_titles
from playlake_lake.history.records import Playlist
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder
    from playlake_lake.history import Contents

ONE, OTHER = Playlist("spotify", "one"), Playlist("spotify", "other")
FIRST = datetime(2026, 11, 21, 6, tzinfo=UTC)
LOST = entry(1, name="", artists=[])
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return make_lake(tmp_path / "lake")[0]


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def kinds(folder: Folder) -> list[ChangeKind]:
    return [change.kind for change in fold(observations(FolderRecords(folder), ONE)).changes]


def held(folder: Folder, when: datetime = LATER, playlist: Playlist = ONE) -> Contents:
    """What a playlist held, with the last known titles."""
    records = FolderRecords(folder)
    found = contents_at(records, playlist, when)
    assert found is not None
    return with_known_titles(records, playlist.source, found, when).contents


def told(contents: Contents) -> list[tuple[str, str | None, str | None]]:
    return [(one.item_type, one.name, one.artist_names) for one in contents]


def test_a_song_that_is_taken_away_and_comes_back_is_a_change(lake: Folder) -> None:
    for number, song in enumerate([entry(1), LOST, LOST, entry(1)]):
        commit_run(lake, day(number), [read(ONE.id, [song, entry(2)])])
    assert kinds(lake) == [ChangeKind.UNAVAILABLE, ChangeKind.AVAILABLE]
    history = fold(observations(FolderRecords(lake), ONE))
    assert len(history.memberships) == 2
    assert [stretch.runs for stretch in history.timeline] == [1, 2, 1]


def test_the_history_remembers_the_title(lake: Folder) -> None:
    commit_run(lake, day(0), [read(ONE.id, [entry(1)])])
    commit_run(lake, day(1), [read(ONE.id, [LOST])])
    commit_run(lake, day(2), [read(ONE.id, [entry(2), LOST])])
    history = fold(observations(FolderRecords(lake), ONE))
    assert [change.entry and change.entry.name for change in history.changes] == [
        "Track 1", "Track 2",
    ]  # fmt: skip
    assert told(history.state.contents)[1] == ("unavailable", "Track 1", "Artist 0")
    assert {stay.entry.name for stay in history.memberships} == {"Track 1", "Track 2"}


def test_a_song_that_is_put_back_and_taken_away_is_both() -> None:
    there = Entry("A", day(0), name="A")
    lost = Entry("A", day(1), item_type="unavailable")
    found = difference((there,), (lost,)).changes
    assert [change.kind for change in found] == [ChangeKind.UNAVAILABLE, ChangeKind.READDED]


def test_a_hole_does_not_become_unavailable() -> None:
    hole = Entry(None, day(0), item_type="unreadable")
    there, lost = Entry("A", day(0), name="A"), Entry("A", day(0), item_type="unavailable")
    assert difference((there,), (hole,)).changes == ()
    assert difference((hole,), (lost,)).changes == ()


def test_the_contents_of_a_moment_have_the_title_that_was_known_then(lake: Folder) -> None:
    commit_run(lake, day(0), [read(ONE.id, [entry(1, name="Old")])])
    commit_run(lake, day(1), [read(ONE.id, [entry(1, name="New")])])
    commit_run(lake, day(2), [read(ONE.id, [LOST, entry(2)])])
    commit_run(lake, day(3), [read(ONE.id, [entry(1, name="Newer"), entry(2)])])
    assert told(held(lake, day(2) + timedelta(hours=1))) == [
        ("unavailable", "New", "Artist 0"),
        ("track", "Track 2", "Artist 0"),
    ]


def test_a_title_is_also_known_from_another_playlist_of_the_source(lake: Folder) -> None:
    commit_run(lake, day(0), [read(OTHER.id, [entry(1)])])
    commit_run(lake, day(1), [read(ONE.id, [LOST])])
    assert told(held(lake)) == [("unavailable", "Track 1", "Artist 0")]


def test_a_title_of_another_source_is_not_taken(lake: Folder) -> None:
    commit_run(lake, day(0), [read(ONE.id, [entry(1)])])
    commit_run(lake, day(1), [read(ONE.id, [LOST])])
    records = FolderRecords(lake)
    found = contents_at(records, ONE, LATER)
    assert found is not None
    elsewhere = with_known_titles(records, "elsewhere", found, LATER)
    assert told(elsewhere.contents) == [("unavailable", None, None)]


def test_a_title_that_was_never_known_is_missing(lake: Folder) -> None:
    commit_run(lake, day(0), [read(ONE.id, [LOST])])
    assert told(held(lake)) == [("unavailable", None, None)]


def test_a_lake_is_not_asked_if_no_title_is_missing(lake: Folder) -> None:
    commit_run(lake, day(0), [read(ONE.id, [entry(1), {**entry(2), "item": None}])])
    found = contents_at(FolderRecords(lake), ONE, LATER)
    assert found is not None
    nothing = replace(FolderRecords(lake), folder=None)  # type: ignore[arg-type]
    assert with_known_titles(nothing, ONE.source, found, LATER) is found
