"""What is accepted as a response, which playlist it is of, and what everything else is called."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.spotify.dialects.api_responses import read_responses

if TYPE_CHECKING:
    from tests.unit.saved_files.conftest import Saved


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
    ({"href": f"{V1}/me/tracks", "items": [{"track": {}}]}, "is a response of '/v1/me/tracks'"),
    ({"items": [{"track": True, "type": "track"}]}, "is an object that holds 'items'"),
    ({"items": []}, "is an object that holds 'items'"),
    ({"tracks": {"items": [{"type": "track"}]}}, "is an object that holds 'tracks'"),
    (dict.fromkeys("abcdef"), "holds 'a', 'b', 'c', 'd', 'e' and more"),
    ({}, "is an object that holds nothing"),
    (3, "is JSON, but no object"),
    ("text", "is JSON, but no object"),
    ([], "holds an empty array"),
    ([[]], r"a\.json\[0\] is JSON, but no object"),
    ({"type": "playlist", "name": 1}, "is not as Spotify documents it: Expected `str | null`"),
    ({"items": ["text"]}, "is an object that holds 'items'"),
    ({"type": "playlist", "items": {"items": [], "total": 2**31}}, "documents it: .*total"),
    ({"items": [{"track": {}}], "offset": -1}, "documents it: .*offset"),
]


@pytest.mark.parametrize(("json_value", "what_it_is"), NO_RESPONSE)
def test_anything_else_is_refused_with_what_it_is(json_value: object, what_it_is: str) -> None:
    with pytest.raises(SavedFileError, match=what_it_is) as refusal:
        read_responses("a.json", json.dumps(json_value).encode())
    assert str(refusal.value).startswith("a.json")


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
        (b"PK\x03\x04rest", "is a zip archive, not JSON: unpack it first"),
        ("{}".encode("utf-16"), "is UTF-16 text: convert it to UTF-8 first"),
    ],
)
def test_what_is_no_json_is_refused(contents: bytes, what_it_is: str) -> None:
    with pytest.raises(SavedFileError, match=rf"^a\.json {what_it_is}"):
        read_responses("a.json", contents)


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
    try:
        responses = read_responses("a.json", contents)
    except SavedFileError as refusal:
        assert str(refusal).startswith("a.json")  # noqa: PT017 - refused or not, both are promised
    else:
        assert all(response.body in contents for response in responses)
