"""`playlake show` gives the playlist of a day: to a person, and in formats that are valid."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from kept_playlists import MIXES, STARRED, TWINS, uri

from playlake.output.playlist_files import XSPF_NAMESPACE

if TYPE_CHECKING:
    from commands import Command

FORMATS = ("csv", "json", "urls", "xspf", "jspf", "m3u")
# What a playlist and a track of XSPF may contain: https://xspf.org/spec
OF_PLAYLIST = {
    *("title", "creator", "annotation", "info", "location", "identifier", "image", "date"),
    *("license", "attribution", "link", "meta", "extension", "trackList"),
}
OF_TRACK = {
    *("location", "identifier", "title", "creator", "annotation", "info", "image", "album"),
    *("trackNum", "duration", "link", "meta", "extension"),
}
LINK = "https://open.spotify.com/track/"


def shown(playlake: Command, *arguments: str) -> str:
    assert playlake("show", *arguments) == 0, playlake.notices
    return playlake.output


def songs(playlake: Command, *arguments: str) -> list[str]:
    """The numbers of the songs with an address."""
    lines = shown(playlake, *arguments, "--urls").splitlines()
    return [line.removeprefix(LINK).lstrip("0") for line in lines]


@pytest.mark.parametrize(
    ("when", "numbers"),
    [
        ("2024-01-01T06:00:07Z", "12345"),
        ("2024-01-02", "12345"),
        ("2024-01-03T06:00:06", "12345"),
        ("2024-01-03T06:00:07", "13456"),
        ("2024-01-04T07:00:07+01:00", "5346"),
        ("now", "5346"),
    ],
)
def test_the_contents_are_those_of_the_moment(when: str, numbers: str, playlake: Command) -> None:
    assert "".join(songs(playlake, STARRED, "--at", when)) == numbers


def test_a_run_is_a_moment(playlake: Command, runs: list[str]) -> None:
    assert [songs(playlake, STARRED, "--at", run)[:2] for run in runs] == [
        ["1", "2"],
        ["1", "2"],
        ["1", "3"],
        ["5", "3"],
        ["5", "3"],
    ]


@pytest.mark.parametrize(
    ("playlist", "name", "run"),
    [(TWINS[0], "Twin", "20240101T060000Z-o4pjik"), (STARRED, "Stars", "20240101T060000Z-aaaaaa")],
)
def test_a_run_that_says_nothing_of_the_playlist_is_refused(
    playlist: str, name: str, run: str, playlake: Command
) -> None:
    assert playlake("show", playlist, "--at", run) == 1
    assert playlake.notices == (
        f"playlake: run {run} says nothing of {name}: `playlake runs` lists the runs, and "
        f"`playlake runs {run}` its playlists\n"
    )


def test_the_screen_has_the_name_of_then_and_who_added(playlake: Command, runs: list[str]) -> None:
    lines = shown(playlake, "stars", "--at", "2024-01-02").splitlines()
    assert lines[:5] == [
        "Starred",
        "5 entries at 2024-01-02 23:59:59 UTC.",
        f"Seen at 2024-01-02 06:01:00 UTC by run {runs[1]}, unchanged since run {runs[0]}.",
        "Now its name is Stars.",
        "It is gone since.",
    ]
    assert lines[8].split() == ["1", "Song", "1", "Artist", "0", "2023-12-01", "anna"]
    assert len(lines) == 13


def test_the_screen_says_that_the_playlist_was_gone_and_shows_what_has_no_title(
    playlake: Command,
) -> None:
    text = shown(playlake, STARRED)
    assert "It was gone by then: these are the last contents that were read.\n" in text
    assert "2  (unavailable) " in text
    assert '6  <Ça & là> "\\x07"' in text


def test_a_limit_says_what_it_leaves_out(playlake: Command) -> None:
    text = shown(playlake, STARRED, "--limit", "2")
    assert "Song 3" not in text
    assert text.endswith("\n4 more entries: --limit 6 shows all\n")


def test_an_empty_playlist_has_no_table(playlake: Command) -> None:
    lines = shown(playlake, TWINS[0]).splitlines()
    assert (lines[0], lines[-1]) == ("Twin", "It was empty.")


def test_json_has_the_whole_playlist(playlake: Command, runs: list[str]) -> None:
    found = json.loads(shown(playlake, STARRED, "--at", "2024-01-02", "--json"))
    entries = found.pop("entries")
    assert found == {
        "source": "spotify",
        "playlist_id": STARRED,
        "name": "Starred",
        "description": None,
        "owner_id": "anna",
        "is_public": None,
        "is_collaborative": None,
        "at": "2024-01-02T23:59:59.999999+00:00",
        "seen_at": "2024-01-02T06:01:00+00:00",
        "seen_run_id": runs[1],
        "contents_run_id": runs[0],
        "is_gone": False,
    }
    assert entries[4] == {
        "position": 4,
        "name": "Song 5",
        "artist_names": "Artist 0",
        "item_type": "track",
        "added_at": "2023-12-01T00:05:00+00:00",
        "added_by": "anna",
        "uri": uri(5),
        "url": f"{LINK}{5:022}",
    }


def test_csv_has_a_row_for_every_position(playlake: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(shown(playlake, STARRED, "--csv"))))
    assert [row["position"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert [row["item_type"] for row in rows[-2:]] == ["track", "local"]
    assert rows[1] == {
        **dict.fromkeys(rows[1], ""),
        "position": "1",
        "item_type": "unavailable",
        "added_at": "2023-12-01T00:01:00+00:00",
        "added_by": "anna",
    }


def test_xspf_has_the_structure_of_its_specification(playlake: Command) -> None:
    root = ET.fromstring(shown(playlake, STARRED, "--xspf"))  # noqa: S314 - it is our own
    of_playlist = {element.tag: element for element in root}
    assert root.tag == f"{{{XSPF_NAMESPACE}}}playlist"
    assert root.attrib == {"version": "1"}
    assert {tag.removeprefix(f"{{{XSPF_NAMESPACE}}}") for tag in of_playlist} <= OF_PLAYLIST
    assert len(of_playlist) == len(root)  # each at most once
    tracks = of_playlist[f"{{{XSPF_NAMESPACE}}}trackList"]
    assert len(tracks) == 6
    for track in tracks:
        tags = [element.tag.removeprefix(f"{{{XSPF_NAMESPACE}}}") for element in track]
        assert track.tag == f"{{{XSPF_NAMESPACE}}}track"
        assert set(tags) <= OF_TRACK
        assert len(set(tags)) == len(tags)


def test_xspf_escapes_titles_and_replaces_what_xml_cannot_hold(playlake: Command) -> None:
    root = ET.fromstring(shown(playlake, STARRED, "--xspf"))  # noqa: S314 - it is our own
    titles = [title.text for title in root.iter(f"{{{XSPF_NAMESPACE}}}title")]
    assert titles[0] == "Stars"
    assert titles[-1] == '<Ça & là> "\ufffd"'
    locations = [location.text for location in root.iter(f"{{{XSPF_NAMESPACE}}}location")]
    assert locations == [f"{LINK}{number:022}" for number in (5, 3, 4, 6)]


def test_jspf_says_the_same_as_json(playlake: Command) -> None:
    playlist = json.loads(shown(playlake, STARRED, "--jspf"))["playlist"]
    tracks = playlist.pop("track")
    assert playlist == {
        "title": "Stars",
        "creator": "anna",
        "info": f"https://open.spotify.com/playlist/{STARRED}",
        "identifier": f"spotify:playlist:{STARRED}",
        "date": "2024-01-04T06:00:07+00:00",
    }
    assert tracks[4] == {
        "location": [f"{LINK}{6:022}"],
        "identifier": [uri(6)],
        "title": "Song 6",
        "creator": "Artist 0",
        "annotation": "added at 2023-12-01T00:06:00+00:00 by ben",
    }
    assert tracks[1] == {
        "title": "(unavailable)",
        "annotation": "added at 2023-12-01T00:01:00+00:00 by anna",
    }


def test_m3u_has_a_title_above_each_address(playlake: Command) -> None:
    lines = shown(playlake, STARRED, "--m3u").splitlines()
    assert lines[:4] == [
        "#EXTM3U",
        "#PLAYLIST:Stars",
        "#EXTINF:-1,Artist 0 - Song 5",
        f"{LINK}{5:022}",
    ]
    assert len(lines) == 2 + 2 * 4


@pytest.mark.parametrize("chosen", FORMATS)
def test_a_format_says_nothing_else(chosen: str, playlake: Command) -> None:
    assert shown(playlake, MIXES[0], f"--{chosen}")
    assert playlake.notices == ""


@pytest.mark.parametrize("chosen", ["urls", "m3u"])
def test_what_has_no_address_is_counted_beside_the_result(chosen: str, playlake: Command) -> None:
    shown(playlake, STARRED, f"--{chosen}")
    assert playlake.notices == (
        "2 entries have no address, such as local files, and are left out.\n"
    )


def test_formats_exclude_each_other(playlake: Command) -> None:
    assert playlake("show", STARRED, "--xspf", "--m3u") == 1
    assert playlake.notices == ("playlake: --xspf and --m3u exclude each other: give one of them\n")


def test_a_time_before_the_first_snapshot_says_when_that_was(playlake: Command) -> None:
    assert playlake("show", STARRED, "--at", "2023-12-31") == 1
    assert playlake.notices == (
        "playlake: Stars has no snapshot until 2023-12-31 23:59:59 UTC: the first one is of "
        "2024-01-01 06:00:07 UTC, so give that time or a later one\n"
    )


def test_the_future_is_refused(playlake: Command) -> None:
    assert playlake("show", STARRED, "--at", "9999-01-01") == 1
    assert "9999-01-01 23:59:59 UTC is in the future" in playlake.notices
