"""`playlake diff` says what changed between two moments, or between two playlists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kept_playlists import MIXES, STARRED, TWINS, uri

if TYPE_CHECKING:
    from commands import Command


def rows(playlake: Command, *arguments: str) -> list[str]:
    """The lines of the table, with one blank between words."""
    assert playlake("diff", *arguments) == 0, playlake.notices
    lines = playlake.output.splitlines()
    table = lines[lines.index("") + 3 :] if "" in lines else []
    return [" ".join(line.split()) for line in table]


def changes(playlake: Command, *arguments: str) -> list[dict[str, Any]]:
    assert playlake("diff", *arguments, "--json") == 0, playlake.notices
    found: list[dict[str, Any]] = json.loads(playlake.output)["changes"]
    return found


def test_every_kind_of_change_has_a_symbol(playlake: Command) -> None:
    assert rows(playlake, "stars", "2024-01-02", "2024-01-06") == [
        "x gone",
        "~ name Starred → Stars",
        "+ added 5 Song 6 Artist 0 2023-12-01 ben",
        '+ added 6 <Ça & là> "\\x07" Artist 0 2023-12-01 anna',
        "- removed 2 Song 2 Artist 0 2023-12-01 anna",
        "! unavailable 2 Song 1 Artist 0 2023-12-01 anna",
        "> moved 5 → 1 Song 5 Artist 0 2023-12-01 anna",
    ]
    assert playlake.output.splitlines()[:4] == [
        "Stars",
        "from 2024-01-02 23:59:59 UTC, 5 entries",
        "to   2024-01-06 23:59:59 UTC, 6 entries",
        "gone, new name, 2 added, 1 removed, 1 unavailable, 1 moved.",
    ]


def test_without_moments_it_is_the_last_change(playlake: Command) -> None:
    assert rows(playlake, STARRED) == ["x gone"]
    assert "from 2024-01-04 06:00:07 UTC, 6 entries\nto   2024-01-05 06:01:00" in playlake.output


def test_without_to_it_is_until_now(playlake: Command) -> None:
    assert [each["kind"] for each in changes(playlake, STARRED, "2024-01-04")] == ["gone"]


def test_the_other_way_round_it_returns(playlake: Command, runs: list[str]) -> None:
    assert changes(playlake, STARRED, runs[3], runs[4]) == [
        {"kind": "gone", "old": None, "new": None}
    ]


def test_json_has_positions_from_0(playlake: Command) -> None:
    moved = changes(playlake, STARRED, "2024-01-03", "2024-01-04")[-2]
    assert moved == {
        "kind": "moved",
        "from_position": 3,
        "to_position": 0,
        "uri": uri(5),
        "name": "Song 5",
        "artist_names": "Artist 0",
        "added_at": "2023-12-01T00:05:00+00:00",
        "added_by": "anna",
    }


def test_json_says_what_was_compared(playlake: Command, runs: list[str]) -> None:
    assert playlake("diff", STARRED, runs[0], runs[2], "--json") == 0
    found = json.loads(playlake.output)
    assert (found["from"]["name"], found["to"]["name"]) == ("Starred", "Stars")
    assert (found["from"]["entries"], found["to"]["entries"]) == (5, 6)
    assert found["to"]["contents_run_id"] == runs[2]
    assert found["changes"][0] == {"kind": "name", "old": "Starred", "new": "Stars"}


def test_a_playlist_that_never_changed_says_so(playlake: Command) -> None:
    assert rows(playlake, MIXES[0]) == []
    assert playlake.output.endswith("\nNo run has seen it change.\n")
    assert rows(playlake, MIXES[0], "2024-01-02", "2024-01-03") == []
    assert playlake.output.endswith("\nNo change.\n")


def test_two_playlists_are_compared(playlake: Command) -> None:
    assert rows(playlake, MIXES[0], "--with", TWINS[1]) == [
        "+ 1 Song 4 Artist 0 2023-12-01 anna",
        "- 1 Song 5 Artist 0 2023-11-01 anna",
        "- 2 Song 1 Artist 0 2023-12-01 anna",
    ]
    assert "\n0 in both, 2 only in Mix, 1 only in Twin.\n" in playlake.output


def test_two_playlists_are_compared_at_their_moments(playlake: Command) -> None:
    assert rows(playlake, STARRED, "2024-01-01", "--with", MIXES[0])[-1].startswith("> moved 5 → 1")
    assert "readded" not in playlake.output  # though another time of addition is there
    assert "5 entries at 2024-01-01 23:59:59" in playlake.output
    assert "2 entries at 2024-01-01 23:59:59" in playlake.output
    rows(playlake, STARRED, "2024-01-01", "2024-01-03", "--with", MIXES[0])
    assert "2 entries at 2024-01-03 23:59:59" in playlake.output


def test_a_limit_says_what_it_leaves_out(playlake: Command) -> None:
    assert rows(playlake, STARRED, "2024-01-01", "--limit", "2")[:2] == [
        "x gone",
        "~ name Starred → Stars",
    ]
    assert playlake.output.endswith("\n5 more changes: --limit 7 shows all\n")


def test_moments_in_the_wrong_order_are_refused(playlake: Command) -> None:
    assert playlake("diff", STARRED, "2024-01-03", "2024-01-02") == 1
    assert playlake.notices == (
        "playlake: FROM (2024-01-03 23:59:59 UTC) is after TO (2024-01-02 23:59:59 UTC): swap "
        "them\n"
    )


@pytest.mark.parametrize("when", ["2023-12-31", "tomorrow"])
def test_a_moment_that_cannot_be_is_one_sentence(when: str, playlake: Command) -> None:
    assert playlake("diff", STARRED, when) == 1
    assert len(playlake.notices.splitlines()) == 1
    assert playlake.output == ""
