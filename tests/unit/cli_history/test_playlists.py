"""A playlist is named by name, id, URI or link; all else is one sentence that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kept_playlists import FORBIDDEN, MIXES, STARRED, TWINS

from playlake.history.playlists import similar, told

if TYPE_CHECKING:
    from commands import Command


@pytest.mark.parametrize(
    "text",
    [
        STARRED,
        "Stars",
        " sTARS ",
        "Starred",
        f"spotify:playlist:{STARRED}",
        f"https://open.spotify.com/playlist/{STARRED}?si=1",
    ],
)
def test_a_playlist_is_found_by_its_names_its_id_and_its_links(
    text: str, playlake: Command
) -> None:
    assert playlake("show", text, "--urls") == 0
    assert len(playlake.output.splitlines()) == 4


def test_of_several_that_had_a_name_the_one_that_still_has_it_is_meant(playlake: Command) -> None:
    assert playlake("show", "mix", "--json") == 0
    assert f'"playlist_id": "{MIXES[0]}"' in playlake.output


def test_an_ambiguous_name_lists_the_candidates(playlake: Command) -> None:
    assert playlake("show", "twin") == 1
    candidates = f"Twin ({TWINS[0]}, owner Anna), Twin ({TWINS[1]}, owner Ben)"
    assert playlake.notices == (
        f"playlake: 2 playlists are named twin: give the id of one: {candidates}\n"
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Starz", "is Starz: the most similar are Stars, Starred"),
        ("zzzz", "is zzzz: among others there are "),
        ("x" * 22, f"is {'x' * 22}: among others there are "),
    ],
)
def test_an_unknown_name_gets_the_most_similar(text: str, hint: str, playlake: Command) -> None:
    assert playlake("diff", text) == 1
    assert hint in playlake.notices
    assert playlake.output == ""


def test_a_part_of_a_name_is_similar_to_it() -> None:
    assert similar("road", ["Road trip: Vesna + Robin, and everybody else", "Sea"]) == [
        "Road trip: Vesna + Robin, and everybody else"
    ]


def test_a_name_in_a_sentence_commands_no_terminal_and_is_not_long() -> None:
    assert told("a\x1b[2J\nb") == "a\\x1b[2J\\nb"
    assert told("冬" * 50) == "冬" * 19 + "…"


@pytest.mark.parametrize("command", ["show", "diff", "history"])
def test_a_playlist_that_no_run_has_read_says_so(command: str, playlake: Command) -> None:
    assert playlake(command, FORBIDDEN) == 1
    assert playlake.notices == (
        f"playlake: no run has read {FORBIDDEN} (the newest one, of 2024-01-02 06:01:00 UTC, says "
        "forbidden): `playlake runs` lists the runs with their reasons\n"
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_names_no_playlist(text: str, playlake: Command) -> None:
    assert playlake("show", text) == 1
    assert playlake.notices == (
        "playlake: the playlist is an empty text: give its name, id, URI or link\n"
    )
