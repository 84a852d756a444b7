from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.sources.spotify.responses import (
    Page,
    Reading,
    decode_page,
    decode_playlist,
)

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Generation, Synthetic


def read(body: bytes) -> Reading:
    playlist = decode_playlist(body)
    assert playlist.page is not None
    reading = Reading()
    reading.begin(playlist, playlist.page)
    return reading


@pytest.mark.parametrize("generation", ["classic", "items", "both"])
def test_the_generation_of_keys_is_told(synthetic: Synthetic, generation: Generation) -> None:
    assert read(synthetic.playlist_body(3, generation=generation)).tail().api == generation


def test_new_pages_of_old_entries_are_both_generations(synthetic: Synthetic) -> None:
    page = synthetic.page(1, generation="classic")

    assert read(synthetic.body({"items": page})).tail().api == "both"


def test_the_boolean_track_inside_a_track_is_no_sign_of_a_generation(synthetic: Synthetic) -> None:
    assert synthetic.entry(0)["item"]["track"] is True
    assert read(synthetic.playlist_body(1)).tail().api == "items"


def test_null_entries_are_counted(synthetic: Synthetic) -> None:
    entries = [None, {"item": None}, synthetic.entry(2)]
    tail = read(synthetic.body({"items": {"items": entries, "next": None, "total": 3}})).tail()

    assert (tail.api, tail.entries, tail.complete) == ("items", 3, True)


def test_an_empty_playlist_is_readable(synthetic: Synthetic) -> None:
    tail = read(synthetic.playlist_body(0)).tail()

    assert (tail.entries, tail.complete) == (0, True)


@pytest.mark.parametrize(
    "withheld",
    [
        {},
        {"items": None},
        {"tracks": {"href": "https://api.spotify.com/v1/", "total": 7}},
        {"items": {"items": None, "total": 7}},
    ],
)
def test_a_playlist_without_its_items_has_no_page(
    synthetic: Synthetic, withheld: dict[str, object]
) -> None:
    assert decode_playlist(synthetic.body({"name": "Mornings", **withheld})).page is None


def test_fewer_entries_than_the_total_are_not_complete(synthetic: Synthetic) -> None:
    assert not read(synthetic.playlist_body(3, total=4)).tail().complete


def test_a_reading_with_pages_to_come_is_not_complete(synthetic: Synthetic) -> None:
    reading = read(synthetic.playlist_body(3, following="https://api/2"))

    assert not reading.tail().complete


def test_pages_that_lead_in_a_circle_are_refused(synthetic: Synthetic) -> None:
    reading = read(synthetic.playlist_body(1, following="https://api/2"))
    reading.add(decode_page(synthetic.page_body(1, following="https://api/3")))

    with pytest.raises(UnexpectedResponseError, match="in a circle"):
        reading.add(decode_page(synthetic.page_body(1, following="https://api/3")))


def test_a_page_without_items_is_refused(synthetic: Synthetic) -> None:
    reading = read(synthetic.playlist_body(1, following="https://api/2"))

    with pytest.raises(UnexpectedResponseError, match="without its items"):
        reading.add(Page(total=7))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"items": 3}', b'{"name": NaN}', b"\xef\xbb\xbf{}", b"[" * 100_000],
)
def test_what_is_no_documented_response_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError):
        decode_playlist(body)
