"""What is accepted as a response, which playlist it is of, and what everything else is called."""

from __future__ import annotations

import codecs
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_snapshots import refusals_of, snapshots_in

from playlake_extractor.sources.dialects import NOT_GIVEN, Document, GivenPlaylist
from playlake_extractor.sources.saved_files import SavedFile, read_saved
from playlake_extractor.sources.spotify.dialects.api_responses import read_response

if TYPE_CHECKING:
    from tests.unit.saved_files.conftest import Saved

    from playlake_extractor.sources.spotify.dialects.api_responses import SavedResponse


def read_responses(name: str, contents: bytes) -> list[SavedResponse]:
    """The responses in a file, all of which are recognised."""
    whole = Document(name, contents, "a")
    found = [read_response(each, NOT_GIVEN) for each in whole.elements or [whole]]
    assert None not in found
    return [each for each in found if each is not None]


def test_a_playlist_is_one_response(saved: Saved) -> None:
    (response,) = read_responses("a.json", saved.file(saved.playlist()))
    assert response.origin == "a.json"
    assert response.playlist_id == saved.playlist()["id"]
    assert response.playlist is not None
    assert (response.playlist.name, response.start, response.end) == ("Größe", 0, 2)


def test_a_page_is_of_the_playlist_that_its_address_names(saved: Saved) -> None:
    (response,) = read_responses("a.json", saved.file(saved.page(2, 3, playlist_id="other")))
    assert (response.playlist_id, response.playlist) == ("other", None)
    assert (response.start, response.end) == (2, 5)


def test_an_array_holds_several_and_every_byte_of_each_is_kept(saved: Saved) -> None:
    bodies = [saved.file(saved.playlist()).strip(), saved.file(saved.page(2)).strip()]
    responses = read_responses("a.json", b" [ " + b" ,\n ".join(bodies) + b" ]\n")
    assert [response.body for response in responses] == bodies
    assert [response.origin for response in responses] == ["a.json[0]", "a.json[1]"]


@pytest.mark.parametrize("key", ["item", "track"])
def test_a_page_without_an_address_is_known_by_its_entries(saved: Saved, key: str) -> None:
    page = {"items": [None, {}, {key: None}, saved.entry(1, key)]}
    (response,) = read_responses("a.json", saved.file(page))
    assert response.playlist_id.startswith("file-")
    (other,) = read_responses("a.json", saved.file({**page, "next": None}))
    assert other.playlist_id != response.playlist_id


def test_an_empty_page_of_a_playlist_is_a_page(saved: Saved) -> None:
    (response,) = read_responses("a.json", saved.file(saved.page(0, 0)))
    assert (response.start, response.end) == (0, 0)


@pytest.mark.parametrize("key", ["items", "tracks"])
def test_a_playlist_without_type_and_id_is_known_by_its_page(saved: Saved, key: str) -> None:
    (response,) = read_responses("a.json", saved.file({"name": "n", key: saved.page(0, 1)}))
    assert response.playlist_id == saved.playlist()["id"]
    assert response.playlist is not None


def test_a_playlist_whose_entries_are_withheld_has_no_page(saved: Saved) -> None:
    listed = saved.playlist() | {"items": {"href": "https://x.example/", "total": 3}}
    (response,) = read_responses("a.json", saved.file(listed))
    assert response.page is None


def test_a_byte_order_mark_is_no_part_of_the_response(saved: Saved) -> None:
    (response,) = read_responses("a.json", codecs.BOM_UTF8 + saved.file(saved.playlist()))
    assert response.body.startswith(b"{")


V1 = "https://api.spotify.example/v1"
NO_RESPONSE: list[tuple[Any, str]] = [
    ({"type": "artist", "id": "1", "name": "n"}, "is an object of type 'artist'"),
    ({"type": "album", "tracks": {"items": [{"type": "track"}]}}, "is an object of type 'album'"),
    ({"error": {"status": 404, "message": "Not\u001bfound"}}, r"response, 404 'Not\\x1bfound'"),
    ({"error": "invalid_grant"}, "is an error response: only"),
    ({"href": f"{V1}/me/playlists", "items": []}, "is a response of '/v1/me/playlists'"),
    ({"href": f"{V1}/me/albums", "items": [{"album": {}}]}, "is a response of '/v1/me/albums'"),
    ({"items": [{"track": True, "type": "track"}]}, "is an object that holds 'items'"),
    ({"items": []}, "is an object that holds 'items'"),
    ({"tracks": {"items": [{"type": "track"}]}}, "is an object that holds 'tracks'"),
    (dict.fromkeys("abcdef"), "holds 'a', 'b', 'c', 'd', 'e' and more"),
    ({}, "is an object that holds nothing"),
    (3, "is JSON, but no object"),
    ("text", "is JSON, but no object"),
    ([], "holds an empty array"),
    ([[]], "is an array of no playlists and no entries"),
    ({"type": "playlist", "name": 1}, "is not as Spotify documents it: Expected `str | null`"),
    ({"items": ["text"]}, "is an object that holds 'items'"),
    ({"type": "playlist", "items": {"items": [], "total": 2**31}}, "documents it: .*total"),
    ({"items": [{"track": {}}], "offset": -1}, "documents it: .*offset"),
]


@pytest.mark.parametrize(("json_value", "what_it_is"), NO_RESPONSE)
def test_anything_else_is_refused_with_what_it_is(json_value: object, what_it_is: str) -> None:
    (refusal,) = refusals_of(("a.json", json.dumps(json_value).encode()))
    assert refusal.startswith("a.json")
    assert re.search(what_it_is, refusal)


@pytest.mark.parametrize(
    ("contents", "what_it_is"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"hello", "is not JSON: JSON is malformed"),
        (b'{"type": "playlist"', "is not JSON: Input data was truncated"),
        (b'{"type": "playlist"} {}', "is not JSON: .*trailing characters"),
        (b'{"type": "\xff"}', "is not JSON: 'utf-8' codec"),
        (b"[" * 100_000, "is not JSON"),
        (b"PK\x03\x04rest", "is a zip archive inside of another file: unpack it first"),
        ("{}".encode("utf-16"), "is UTF-16 text: convert it to UTF-8 first"),
    ],
)
def test_what_is_no_json_is_refused(contents: bytes, what_it_is: str) -> None:
    (refusal,) = refusals_of(("a.json", contents))
    assert re.match(rf"a\.json {what_it_is}", refusal)


KEYS = st.sampled_from(
    ["type", "id", "href", "snapshot_id", "error", "items", "tracks", "item", "track", "offset"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner),
)


@given(JSON)
def test_every_json_is_read_or_refused_by_name(value: object) -> None:
    contents = json.dumps(value).encode()
    judged = read_saved([SavedFile("a.json", contents)], lambda _: None)
    assert all(refusal.startswith("a.json") for refusal in judged.refusals)
    snapshots = judged.snapshots.get("spotify", [])
    assert all(body in contents for snapshot in snapshots for body in snapshot.bodies)
    assert snapshots or judged.refusals


@pytest.mark.parametrize("key", ["next", "previous"])
def test_a_page_without_an_address_is_of_the_playlist_of_the_page_beside_it(
    saved: Saved, key: str
) -> None:
    beside = saved.page(playlist_id="other")["href"]
    page = saved.page(2, 2) | {"href": None, "next": None, key: beside}
    (response,) = read_responses("a.json", saved.file(page))
    assert response.playlist_id == "other"


def test_pages_that_say_no_offset_are_put_in_order_by_the_pages_beside_them(saved: Saved) -> None:
    pages = [saved.page(0, 2, total=6), saved.page(2, 2, total=6), saved.page(4, 2, total=6)]
    for before, page in pairwise(pages):
        page["previous"] = before["href"]
    for page in pages:
        del page["offset"], page["href"]
    bodies = [saved.file(page) for page in pages]
    files = [(str(number), bodies[number]) for number in (2, 0, 1)]
    (snapshot,) = snapshots_in(*files)
    assert snapshot.pages == tuple(body.strip() for body in bodies)
    assert snapshot.read.tail.complete


def test_pages_of_saved_songs_are_a_playlist_of_their_own(saved: Saved) -> None:
    href = "https://api.spotify.example/v1/me/tracks?offset=0&limit=50"
    pages = [
        saved.page(first, 2, total=4, key="track", href=href, next=None if first else href)
        for first in (0, 2)
    ]
    (snapshot,) = snapshots_in(("a.json", saved.file(pages)))
    assert (snapshot.kind, snapshot.playlist_id) == ("saved-tracks", "liked-songs")
    assert (snapshot.name, snapshot.read.name) == ("Liked Songs", "Liked Songs")
    assert snapshot.read.tail.entries == 4


def test_the_user_names_the_playlist_of_a_page_that_does_not(saved: Saved) -> None:
    file = ("a.json", saved.file({"items": [saved.entry(1)], "total": 1}))
    (snapshot,) = snapshots_in(file, given=GivenPlaylist("mine", "My name"))
    assert (snapshot.playlist_id, snapshot.read.name) == ("mine", "My name")
    said: list[str] = []
    (unnamed,) = snapshots_in(file, said=said)
    assert unnamed.playlist_id.startswith("file-")
    assert "--playlist ID names the playlist" in said[0]


def test_a_page_of_another_playlist_than_the_user_says_is_refused(saved: Saved) -> None:
    file = ("a.json", saved.file(saved.page(playlist_id="other")))
    (refusal,) = refusals_of(file, given=GivenPlaylist("mine"))
    assert refusal.startswith("a.json is of playlist 'other', and not of 'mine'")
