"""`playlake history` tells what each run changed, and where a song has been."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kept_playlists import MIXES, STARRED, uri

if TYPE_CHECKING:
    from commands import Command


RENAMED = 'name: Starred → Stars; + Song 6 · <Ça & là> "\\x07"; - Song 2'


def lines(playlake: Command, *arguments: str) -> list[str]:
    """The lines of the screen, with one blank between words."""
    assert playlake("history", *arguments) == 0, playlake.notices
    return [" ".join(line.split()) for line in playlake.output.splitlines()]


def table(playlake: Command, *arguments: str) -> list[str]:
    found = lines(playlake, *arguments)
    (rule,) = [at for at, line in enumerate(found) if line.startswith("──")]
    return found[rule + 1 :]


def test_the_newest_run_is_first_and_says_what_changed_and_who(playlake: Command) -> None:
    assert table(playlake, "stars") == [
        "2024-01-05 06:01:00 x gone",
        "2024-01-04 06:00:07 !1 >1 6 ! Song 1; > Song 5",
        f"2024-01-03 06:00:07 ~ +2 -1 6 ben, anna {RENAMED}",
    ]


def test_all_stretches_are_shown_if_wanted(playlake: Command, runs: list[str]) -> None:
    found = table(playlake, "stars", "--all")
    assert len(found) == 4
    assert found[-1] == (f"2024-01-01 06:00:07 5 first snapshot 2024-01-02 06:01:00 2 0 {runs[0]}")


def test_the_head_counts_the_runs(playlake: Command) -> None:
    times = "from 2024-01-01 06:00:07 UTC to 2024-01-05 06:01:00 UTC"
    assert lines(playlake, STARRED)[:5] == [
        "Stars",
        f"5 runs {times}: 3 of them changed something.",
        "It is gone now.",
        "",
        "entries 5 ▁▁██ 6",
    ]


def test_the_calendar_has_the_days_of_the_week(playlake: Command) -> None:
    found = lines(playlake, STARRED)
    assert found[6:14] == ["Jan", "Mon ·", "Tue ·", "Wed ▒", "Thu ░", "Fri x", "Sat", "Sun"]


def test_a_limit_says_what_it_leaves_out(playlake: Command) -> None:
    found = table(playlake, STARRED, "--limit", "1")
    assert found[1:] == ["", "2 earlier: --limit 3 shows all"]


def test_a_playlist_that_never_changed_says_so(playlake: Command) -> None:
    assert lines(playlake, MIXES[0])[-1] == "No run changed it."


def test_json_has_every_change(playlake: Command, runs: list[str]) -> None:
    assert playlake("history", STARRED, "--json", "--limit", "2") == 0
    found = json.loads(playlake.output)
    timeline = found.pop("timeline")
    assert found == {
        "source": "spotify",
        "playlist_id": STARRED,
        "name": "Stars",
        "runs": 5,
        "first_at": "2024-01-01T06:00:07+00:00",
        "last_at": "2024-01-05T06:01:00+00:00",
        "is_gone": True,
    }
    assert [(each["run_id"], each["entries"]) for each in timeline] == [
        (runs[4], None),
        (runs[3], 6),
    ]
    assert timeline[0]["changes"] == [
        {
            "kind": "gone",
            "since_run_id": runs[3],
            "from_position": None,
            "to_position": None,
            "old": None,
            "new": None,
        }
    ]
    assert [(each["kind"], each["uri"]) for each in timeline[1]["changes"]] == [
        ("moved", uri(5)),
        ("unavailable", uri(1)),
    ]
    assert timeline[1]["stretch"]["runs"] == 1


@pytest.mark.parametrize(
    "song", ["Song 1", " song 1", uri(1), f"https://open.spotify.com/track/{1:022}?si=1"]
)
def test_a_song_is_followed_through_all_playlists(song: str, playlake: Command) -> None:
    assert sorted(table(playlake, "--song", song)) == [
        "Mix Song 1 Artist 0 <= 2024-01-01 still there 2023-12-01 anna",
        "Solo Song 1 Artist 0 <= 2024-01-01 still there 2023-12-01 anna",
        "Stars Song 1 (unavailable) Artist 0 <= 2024-01-01 2024-01-04, gone 2023-12-01 anna",
    ]
    assert playlake.output.startswith(
        "It was put into 3 playlists, 3 times in all; 2 of these stays go on.\n"
    )


def test_a_song_that_left_has_its_last_day(playlake: Command) -> None:
    assert table(playlake, "--song", "Song 2") == [
        "Stars Song 2 Artist 0 <= 2024-01-01 2024-01-02 2023-12-01 anna"
    ]
    assert playlake.output.startswith("It was put into 1 playlist, once in all; 0 of these")


def test_a_song_as_json_is_a_row_of_memberships(playlake: Command, runs: list[str]) -> None:
    assert playlake("history", "--song", "Song 6", "--json") == 0
    (stay,) = json.loads(playlake.output)
    assert stay["playlist_name"] == "Stars"
    assert stay["added_by"] == "ben"
    assert (stay["last_missing_run_id"], stay["first_seen_run_id"]) == (runs[1], runs[2])
    assert stay["still_there"] is None


def test_an_empty_text_names_no_song(playlake: Command) -> None:
    assert playlake("history", "--song", " ") == 1
    assert playlake.notices == (
        "playlake: the song is an empty text: give its title, URI or link\n"
    )


def test_an_unknown_song_gets_the_most_similar(playlake: Command) -> None:
    assert playlake("history", "--song", "Sonk 6") == 1
    assert "ever had the song Sonk 6: the most similar are Song 6, " in playlake.notices


def test_an_unknown_link_of_a_song_is_one_sentence(playlake: Command) -> None:
    assert playlake("history", "--song", uri(99)) == 1
    assert playlake.notices.endswith(": see that the link is right, or give its title\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give either a playlist or --song"),
        ([STARRED, "--song", "Song 1"], "give either a playlist or --song"),
        (["--song", "Song 1", "--all"], "--all is about a playlist: leave it out with --song"),
    ],
)
def test_a_playlist_and_a_song_exclude_each_other(
    arguments: list[str], sentence: str, playlake: Command
) -> None:
    assert playlake("history", *arguments) == 1
    assert playlake.notices == f"playlake: {sentence}\n"
