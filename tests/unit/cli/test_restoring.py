"""What a restore plans, and the sentences for what it cannot restore. All synthetic."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from commands import Command
from historical_lakes import commit_run, failed, read, unchanged
from hypothesis import given
from hypothesis import strategies as st

from playlake.project import Project
from playlake.restoring.plan import Reason, plan_of
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import ITEM_TYPES
from playlake_lake.history.values import Entry
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake.restoring.plan import Plan
    from playlake_lake.folder import Folder

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
IDS = ("2Jcn87NOT9C2h96HKTGu14", "3cEYpjA9oz9GiPac4AsH4n", "4bEdcyI0l4zX2Ut5m5Xrhw")
SONGS = [f"7Jcn87NOT9C2h96HKTGu{number:02}" for number in range(10)]


def plan(*contents: Entry, name: str | None = None, public: bool = False) -> Plan:
    return plan_of(
        contents, old_name="Old", old_id=IDS[0], day="2026-11-20", name=name, public=public
    )


def song(number: int) -> Entry:
    return Entry(f"spotify:track:{SONGS[number]}", name=f"Song {number}")


def test_order_and_copies_are_those_of_the_old_day() -> None:
    found = plan(song(1), song(0), song(1), song(1))
    assert [each.position for each in found.wanted] == [0, 1, 2, 3]
    assert [each.uri for each in found.wanted] == [
        f"spotify:track:{SONGS[number]}" for number in (1, 0, 1, 1)
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Entry("spotify:local:a:b:c:1", item_type="local"), Reason.LOCAL),
        (Entry(f"spotify:track:{SONGS[0]}", item_type="unavailable"), Reason.TAKEN_DOWN),
        (Entry(None, item_type="unavailable"), Reason.VANISHED),
        (Entry(None, item_type="unreadable"), Reason.UNREADABLE),
        (Entry(f"spotify:chapter:{SONGS[0]}", item_type="chapter"), Reason.OTHER_KIND),
        (Entry(f"spotify:show:{SONGS[0]}", item_type="audiobook"), Reason.OTHER_KIND),
        (Entry(f"spotify:x:{SONGS[0]}", item_type="other"), Reason.OTHER_KIND),
        (Entry(None), Reason.NO_URI),
        (Entry("name:A song\tSomebody"), Reason.NO_URI),
        (Entry("id:short"), Reason.NO_URI),
        (Entry(f"spotify:episode:{SONGS[0]}"), Reason.NO_URI),
        (Entry("spotify:track:../../me"), Reason.NO_URI),
    ],
)
def test_a_position_that_cannot_be_restored_is_left_out_with_its_reason(
    entry: Entry, reason: Reason
) -> None:
    found = plan(song(0), entry, song(1))
    assert [each.position for each in found.wanted] == [0, 2]
    assert [(each.position, each.reason) for each in found.left_out] == [(1, reason)]


@pytest.mark.parametrize("kind", ["track", "episode"])
def test_a_song_or_an_episode_with_an_id_alone_has_a_uri(kind: str) -> None:
    found = plan(Entry(f"id:{SONGS[0]}", item_type=kind))
    assert [each.uri for each in found.wanted] == [f"spotify:{kind}:{SONGS[0]}"]


entries = st.builds(
    Entry,
    identity=st.none() | st.sampled_from([f"spotify:track:{SONGS[0]}", "id:x", "name:x"]),
    item_type=st.sampled_from(ITEM_TYPES),
)


@given(st.lists(entries, max_size=20))
def test_every_position_is_wanted_or_left_out(contents: list[Entry]) -> None:
    found = plan(*contents)
    positions = [each.position for each in found.wanted]
    positions += [each.position for each in found.left_out]
    assert sorted(positions) == list(range(len(contents)))


@pytest.mark.parametrize(("count", "requests"), [(1, 4), (100, 4), (101, 5), (11_000, 113)])
def test_a_request_adds_a_hundred(count: int, requests: int) -> None:
    assert plan(*[song(0)] * count).requests == requests


def test_another_name_day_or_content_is_another_restore() -> None:
    plans = [plan(song(0)), plan(song(1)), plan(song(0), name="New"), plan(song(0), song(0))]
    assert len({each.digest for each in plans}) == len(plans)
    assert plan(song(0), public=True).digest == plan(song(0)).digest


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return replace(Project.find(os.environ), home=tmp_path)


@pytest.fixture
def folder(project: Project) -> Folder:
    return make_lake(project.lakes / "default")[0]


@pytest.fixture
def playlake(project: Project) -> Command:
    return Command(project)


def sent(numbers: Sequence[int]) -> list[dict[str, object]]:
    """Entries as Spotify sends them, in part."""
    items = [
        {"type": "track", "uri": f"spotify:track:{SONGS[n]}", "id": SONGS[n], "name": f"Song {n}"}
        for n in numbers
    ]
    return [{"added_at": "2026-01-01T00:00:00Z", "is_local": False, "item": one} for one in items]


def three_days(folder: Folder) -> list[str]:
    """A lake of three days: two songs, then the same, then one; the ids of the runs."""
    first = commit_run(folder, FIRST, [read(IDS[0], sent([0, 1])), read(IDS[1], [])])
    second = commit_run(folder, FIRST + timedelta(days=1), outcomes=[unchanged(IDS[0], first)])
    third = commit_run(folder, FIRST + timedelta(days=2), [read(IDS[0], sent([1]))])
    return [first, second, third]


def refusal(playlake: Command, *arguments: str) -> str:
    assert playlake("restore", *arguments) == 1
    (sentence,) = playlake.notices.splitlines()
    return sentence.removeprefix("playlake: ")


@pytest.mark.parametrize(
    ("when", "entries_then", "day"),
    [
        ("2026-11-01", 2, "2026-11-01"),
        ("2026-11-02", 2, "2026-11-02"),
        ("2026-11-03", 1, "2026-11-03"),
        ("2026-11-03T05:00", 2, "2026-11-03"),
        ("2026-11-03T06:00:07", 1, "2026-11-03"),
        ("2026-11-03T07:00:06+01:00", 2, "2026-11-03"),
    ],
)
def test_a_date_is_its_end_and_a_time_is_in_utc(
    playlake: Command, folder: Folder, when: str, entries_then: int, day: str
) -> None:
    three_days(folder)
    assert playlake("restore", IDS[0], "--at", when) == 0, playlake.notices
    assert f"{entries_then} of {entries_then}, in the old order" in playlake.output
    assert f"Playlist {IDS[0]} ({day})" in playlake.output


def test_a_run_names_the_moment_at_which_it_saw_the_playlist(
    playlake: Command, folder: Folder
) -> None:
    runs = three_days(folder)
    for run, count in zip(runs, (2, 2, 1), strict=True):
        assert playlake("restore", IDS[0], "--at", run) == 0, playlake.notices
        assert f"{count} of {count}, in the old order" in playlake.output


@pytest.mark.parametrize(
    "text",
    [
        IDS[0],
        f"spotify:playlist:{IDS[0]}",
        f"https://open.spotify.com/playlist/{IDS[0]}?si=abc",
        f"Playlist {IDS[0]}",
    ],
)
def test_a_playlist_is_named_by_id_uri_link_or_name(
    playlake: Command, folder: Folder, text: str
) -> None:
    three_days(folder)
    assert playlake("restore", text, "--at", "2026-11-03") == 0, playlake.notices


def test_an_unknown_playlist_is_refused(playlake: Command, folder: Folder) -> None:
    three_days(folder)
    for text in ("Nowhere", IDS[2]):
        said = refusal(playlake, text, "--at", "2026-11-03")
        assert said.startswith(f"the lake knows no playlist {text}: give the name, id, URI or link")


def test_several_playlists_of_a_name_are_listed(playlake: Command, folder: Folder) -> None:
    same = [replace(read(each, sent([0])), playlist=_named(each, "Twice")) for each in IDS[:2]]
    commit_run(folder, FIRST, same)
    assert refusal(playlake, "Twice", "--at", "2026-11-03") == (
        f"2 playlists are named Twice: give the id of one, {IDS[0]}, {IDS[1]}"
    )


def _named(playlist_id: str, name: str) -> bytes:
    whole = read(playlist_id, sent([0])).playlist.decode()
    return whole.replace(f"Playlist {playlist_id}", name).encode()


def test_a_time_before_the_first_snapshot_says_when_the_first_was(
    playlake: Command, folder: Folder
) -> None:
    three_days(folder)
    assert refusal(playlake, IDS[0], "--at", "2026-10-01") == (
        f"the lake has no snapshot of {IDS[0]} from 2026-10-01 23:59 UTC or before: the first is "
        "of 2026-11-01 06:00 UTC"
    )


def test_a_playlist_that_only_ever_failed_has_no_snapshot(
    playlake: Command, folder: Folder
) -> None:
    torn = replace(read(IDS[2], sent([0])), complete=False)
    commit_run(folder, FIRST, [torn], [failed(IDS[1], Outcome.FORBIDDEN)])
    assert refusal(playlake, IDS[2], "--at", "2026-11-03") == (
        f"the lake has no snapshot of {IDS[2]}, though runs tried: see `playlake runs`"
    )


def test_a_future_time_is_refused(playlake: Command, folder: Folder) -> None:
    three_days(folder)
    assert refusal(playlake, IDS[0], "--at", "2199-01-01") == (
        "2199-01-01 is in the future: give a day that has been"
    )


def test_a_time_that_is_none_is_refused(playlake: Command, folder: Folder) -> None:
    three_days(folder)
    assert refusal(playlake, IDS[0], "--at", "soon").startswith("soon is neither a date")


def test_a_run_that_says_nothing_of_the_playlist_is_refused(
    playlake: Command, folder: Folder
) -> None:
    runs = three_days(folder)
    said = refusal(playlake, IDS[1], "--at", runs[2])
    assert said == f"run {runs[2]} says nothing of the playlist: `playlake runs` lists the runs"


def test_an_empty_playlist_is_refused(playlake: Command, folder: Folder) -> None:
    three_days(folder)
    assert refusal(playlake, IDS[1], "--at", "2026-11-01") == (
        f"Playlist {IDS[1]} was empty at 2026-11-01 23:59 UTC: choose another time"
    )


def test_a_playlist_of_which_nothing_can_be_restored_is_refused(
    playlake: Command, folder: Folder
) -> None:
    commit_run(folder, FIRST, [read(IDS[0], [{"added_at": None, "item": None}])])
    assert refusal(playlake, IDS[0], "--at", "2026-11-01") == (
        f"none of the entries of Playlist {IDS[0]} (1) can be restored (vanished: Spotify did not "
        "say what it was) at 2026-11-01 23:59 UTC: choose another time"
    )


def test_an_empty_name_is_refused(playlake: Command, folder: Folder) -> None:
    three_days(folder)
    said = refusal(playlake, IDS[0], "--at", "2026-11-01", "--name", " ")
    assert said == "the new name is empty: leave --name out, or give one"


def test_without_a_lake_or_on_aws_it_says_what_to_do(playlake: Command) -> None:
    assert "playlake run" in refusal(playlake, IDS[0], "--at", "2026-11-01")
    on_aws = "s3://playlake-raw-123456789012-eu-central-1"
    said = refusal(playlake, IDS[0], "--at", "2026-11-01", "--lake", on_aws)
    assert said.endswith("bring it here by `playlake pull`, and restore from that lake")


def test_a_lake_that_lacks_a_table_names_it(playlake: Command, project: Project) -> None:
    make_lake(project.lakes / "default", tables=["playlists"])
    said = refusal(playlake, IDS[0], "--at", "2026-11-01")
    assert "playlists" in said


def test_invented_songs_are_not_sent_to_spotify(playlake: Command, project: Project) -> None:
    folder, _ = make_lake(project.lakes / "demo", synthetic=True)
    three_days(folder)
    arguments = ("restore", IDS[0], "--at", "2026-11-01", "--lake", "demo")
    assert playlake(*arguments) == 0
    assert playlake(*arguments, "--yes") == 1
    assert "invented songs, which Spotify does not have" in playlake.notices
