"""The notice of a run: what it says, and when there is none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from historical_lakes import Read, commit_run, failed, read, unchanged
from landed import entry
from web_lakes import CRATE, FIRST, GONE, QUIET, song, two_weeks

from playlake.history.reading import history_lake
from playlake.lakes.folder import FolderLake
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.adapters.folder import FolderReader
from playlake_web.facts.feed import news
from playlake_web.feeds import lines
from playlake_web.notices import EndedRun, Notice, RejectedPart, Stopped, notice_of, trial_notice

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder
    from playlake_web.reader import Rows

DAY = timedelta(days=1)


def run_id(days: int) -> str:
    return str(RunId.derive("spotify", FIRST + days * DAY))


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return two_weeks(tmp_path_factory.mktemp("weeks"))


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return make_lake(tmp_path / "lake")[0]


def rows_of(folder: Folder) -> Rows:
    """The rows as the command reads them after a run."""
    return history_lake(FolderLake.open(folder.root, folder.root / "logs"))


def told(folder: Folder, run: str, **ended: Any) -> Notice:  # noqa: ANN401
    found = notice_of(rows_of(folder), EndedRun(run, **ended))
    assert found is not None
    return found


def test_a_notice_says_what_changed_as_the_feed_does(weeks: Folder) -> None:
    notice = told(weeks, run_id(3))
    assert notice.identity == run_id(3)
    assert notice.subject == f"Playlake: Playlist {CRATE}: 1 added, 1 removed"
    (of_feed,) = [each for each in news(FolderReader(weeks), None) if each.run_id == run_id(3)]
    said = list(lines(of_feed, {}))
    assert said == ["+ added Track 107 — Artist 10", "- removed Track 102 — Artist 10"]
    assert [line[2:] for line in notice.text.splitlines() if line.startswith("  ")] == said
    assert f"Run {run_id(3)} of 4 November 2026, 06:00 UTC." in notice.text
    facts = json.loads(notice.json())
    assert facts["text"] == notice.text
    (changed,) = facts["changed"]
    assert (changed["playlist_id"], changed["summary"]) == (CRATE, of_feed.summary)
    assert [each["kind"] for each in changed["changes"]] == ["removed", "added"]


def test_many_kinds_of_change_are_those_of_the_feed(lake: Folder) -> None:
    songs = [song(number) for number in range(8)]
    moved = [songs[5], songs[6], *songs[:5], songs[7]]
    withdrawn = [{**moved[0], "item": None}, *moved[1:]]
    readded = [*withdrawn[:3], {**withdrawn[3], "added_at": "2026-11-03T00:00:00Z"}, *withdrawn[4:]]
    for days, (name, entries) in enumerate(
        [("Old", songs), ("New", moved), ("New", withdrawn), ("New", readded[:-1])]
    ):
        page = {"items": entries, "offset": 0, "total": len(entries)}
        body = json.dumps({"id": CRATE, "name": name, "items": page}).encode()
        commit_run(lake, FIRST + days * DAY, [Read(CRATE, len(entries), body)])
    found = news(FolderReader(lake), None)
    assert [each.summary for each in found] == [
        "1 removed, 1 readded",
        "1 unavailable",
        "new name, 2 moved",
    ]
    for of_feed in found:
        notice = told(lake, of_feed.run_id)
        assert notice.facts["changed"][0]["summary"] == of_feed.summary
        said = [line[2:] for line in notice.text.splitlines() if line.startswith("  ")]
        assert said == list(lines(of_feed, {}))


def test_the_first_run_and_one_without_a_change_are_not_told(lake: Folder) -> None:
    first = commit_run(lake, FIRST, [read(CRATE, [entry(1)])])
    second = commit_run(lake, FIRST + DAY, [], [unchanged(CRATE, first)])
    third = commit_run(lake, FIRST + 2 * DAY, [read(CRATE, [entry(1)])])
    assert [notice_of(rows_of(lake), EndedRun(each)) for each in (first, second, third)] == [
        None
    ] * 3


def test_a_playlist_that_is_gone_and_returns_is_told_each_time_once(lake: Folder) -> None:
    first = commit_run(lake, FIRST, [read(CRATE, [entry(1)])])
    gone, still, back = (
        commit_run(lake, FIRST + days * DAY, [], [outcome])
        for days, outcome in (
            (1, failed(CRATE, Outcome.GONE)),
            (2, failed(CRATE, Outcome.GONE)),
            (3, unchanged(CRATE, first)),
        )
    )
    assert told(lake, gone).subject.endswith(f"{CRATE}: gone, 1 playlist not read")
    assert notice_of(rows_of(lake), EndedRun(still)) is None
    assert told(lake, back).subject.endswith(f"{CRATE}: returned")


def test_a_failure_is_told_each_time_and_other_troubles_when_they_begin(lake: Folder) -> None:
    runs = [
        commit_run(
            lake,
            FIRST + days * DAY,
            [],
            [failed(QUIET, Outcome.FAILED), failed(GONE, Outcome.FORBIDDEN)],
        )
        for days in range(2)
    ]
    first, second = (told(lake, run) for run in runs)
    assert first.subject == "Playlake: 2 playlists not read"
    assert second.subject == "Playlake: 1 playlist not read"
    assert "1 playlist could not be read, as in the run before." in second.text
    assert f"  Playlist {QUIET}: Failed. " in second.text
    assert GONE not in second.text
    assert [each["is_told"] for each in second.facts["not_read"]] == [True, False]


def test_the_snapshot_before_is_found_however_old_it_is(lake: Folder) -> None:
    commit_run(lake, FIRST - 90 * DAY, [read(CRATE, [entry(1)])])
    later = commit_run(lake, FIRST, [read(CRATE, [entry(1), entry(2)])])
    assert told(lake, later).subject.endswith(": 1 added")


def test_rejects_alarms_and_what_stopped_a_run_are_told(lake: Folder) -> None:
    alarming = [entry(number, duration_ms=-5) for number in range(40)]
    run = commit_run(lake, FIRST, [read(CRATE, alarming)])
    notice = told(
        lake,
        run,
        rejected=[RejectedPart("part-0001", "corrupt_zstd", "frame 3\nends early")],
        missing=["part-0002"],
        stopped=Stopped("authorisation_needed", "Spotify refused: run `playlake login`", "spotify"),
    )
    assert notice.subject.startswith(
        "Playlake: the run stopped (authorisation_needed), 1 part rejected, 1 part missing"
    )
    assert "  The run stopped: Spotify refused: run `playlake login`\n" in notice.text
    assert "  part-0001 was rejected: frame 3 ends early\n" in notice.text
    assert "  part-0002 was never landed, though the manifest has it" in notice.text
    assert "was broken by 40 of 40 rows of" in notice.text
    assert notice.facts["alarms"][0]["rows_broken"] == 40
    assert notice.facts["stopped"]["code"] == "authorisation_needed"


def test_a_run_without_a_manifest_is_told_by_what_stopped_it(lake: Folder) -> None:
    assert notice_of(rows_of(lake), EndedRun(run_id(0))) is None
    notice = told(lake, run_id(0), stopped=Stopped("invalid_configuration", "set X", "spotify"))
    assert notice.subject == "Playlake: the run stopped (invalid_configuration)"
    assert "`playlake doctor`" in notice.text


def test_a_long_notice_says_how_much_more_there_is(lake: Folder) -> None:
    names = [f"playlist{number:03}" for number in range(60)]
    commit_run(lake, FIRST, [read(name, [song(0)]) for name in names])
    grown = [read(name, [song(0), song(number)]) for number, name in enumerate(names, start=1)]
    grown[7] = read(names[7], [song(number) for number in range(50)])
    notice = told(lake, commit_run(lake, FIRST + DAY, grown))
    assert notice.subject == "Playlake: 60 playlists changed"
    first, *_ = [line for line in notice.text.splitlines() if line.startswith("Playlist")]
    assert first == f"Playlist {names[7]}: 49 added"
    assert "  and 19 more\n" in notice.text
    assert sum("  + added" in line for line in notice.text.splitlines()) == 30 + 19
    assert all(name in notice.text for name in names)


def test_a_title_of_a_stranger_forges_no_line_and_breaks_no_json(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(CRATE, [])])
    bad = entry(1, name="A\r\nSubject: forged\x1b[2J")
    notice = told(lake, commit_run(lake, FIRST + DAY, [read(CRATE, [bad])]))
    assert "  + added A Subject: forged [2J — Artist 0\n" in notice.text
    assert json.loads(notice.json())["changed"][0]["changes"][0]["name"]


def test_a_test_says_that_it_is_one() -> None:
    notice = trial_notice(FIRST)
    assert notice.subject == "Playlake: this is a test"
    assert "2026-11-01 06:00:00 UTC" in notice.text
    assert json.loads(notice.json())["kind"] == "test"
