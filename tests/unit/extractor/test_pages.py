"""What the pages of a playlist hold, and where they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playlake_contracts.content import ContentDigest
from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.sources.spotify.pages import Pages
from playlake_extractor.sources.spotify.responses import Page, Playlist, decode_response

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Generation, Synthetic

    from playlake_extractor.ports import PlaylistRead


def begun(body: bytes) -> Pages:
    playlist = decode_response(body, Playlist)
    assert playlist.page is not None
    pages = Pages()
    pages.begin(playlist, playlist.page)
    return pages


def read(body: bytes) -> PlaylistRead:
    return begun(body).result(decode_response(body, Playlist))


def of(content: object) -> bytes:
    return json.dumps(content).encode()


def digest(*entries: tuple[str | None, str | None]) -> str:
    expected = ContentDigest()
    for position, (identity, added_at) in enumerate(entries):
        expected.add([position], [identity], [added_at])
    return str(expected)


def page(*entries: object, **fields: object) -> dict[str, object]:
    return {"items": list(entries), "total": len(entries), "next": None, **fields}


def song(name: str, **fields: object) -> dict[str, Any]:
    return {"uri": f"spotify:track:{name}", "id": name, "name": name, **fields}


@pytest.mark.parametrize("generation", ["classic", "items", "both"])
def test_the_keys_show_the_generation_of_the_api(
    synthetic: Synthetic, generation: Generation
) -> None:
    assert read(synthetic.playlist_body(3, generation=generation)).tail.api == generation


def test_new_pages_of_old_entries_are_of_both_generations(synthetic: Synthetic) -> None:
    page = synthetic.page(1, generation="classic")

    assert read(synthetic.body({"items": page})).tail.api == "both"


def test_the_boolean_track_inside_a_track_shows_no_generation(synthetic: Synthetic) -> None:
    assert synthetic.entry(0)["item"]["track"] is True
    assert read(synthetic.playlist_body(1)).tail.api == "items"


def test_null_entries_are_counted(synthetic: Synthetic) -> None:
    entries = [None, {"item": None}, synthetic.entry(2)]
    tail = read(synthetic.body({"items": {"items": entries, "next": None, "total": 3}})).tail

    assert (tail.api, tail.entries, tail.complete) == ("items", 3, True)


@pytest.mark.parametrize("items", [[], None])
def test_an_empty_playlist_is_read(items: list[object] | None) -> None:
    result = read(of({"name": "Empty", "items": {"items": items, "total": 0}}))

    assert (result.tail.entries, result.total, result.tail.complete) == (0, 0, True)


@pytest.mark.parametrize(
    "withheld",
    [
        {},
        {"items": None},
        {"tracks": {"href": "https://api.spotify.com/v1/", "total": 7}},
        {"items": {"items": None, "total": 7}},
        {"items": {"href": "a", "total": 7}, "tracks": {"href": "b", "total": 7}},
    ],
)
def test_a_playlist_without_its_items_has_no_page(withheld: dict[str, object]) -> None:
    assert decode_response(of({"name": "Mornings", **withheld}), Playlist).page is None


@pytest.mark.parametrize(
    "stub", [{"href": "https://api/items", "total": 2}, page(total=0), {"items": [], "total": 2}]
)
@pytest.mark.parametrize(("full", "empty"), [("tracks", "items"), ("items", "tracks")])
def test_the_page_that_holds_entries_is_read_whichever_key_it_has(
    stub: dict[str, object], full: str, empty: str
) -> None:
    entries = [{"track": song("a")}, {"track": song("b")}]
    result = read(of({full: page(*entries), empty: stub}))

    assert result.tail.entries == 2
    assert result.items_sha256 == digest(("spotify:track:a", None), ("spotify:track:b", None))


@pytest.mark.parametrize("silent", [{}, None, {"uri": None, "id": "", "name": ""}, 5, "text"])
@pytest.mark.parametrize(("telling", "other"), [("track", "item"), ("item", "track")])
def test_the_item_that_says_what_it_is_counts_whichever_key_it_has(
    silent: object, telling: str, other: str
) -> None:
    album = {"uri": "spotify:album:0000000000000000000001"}
    entry = {telling: song("a", album=album), other: silent}
    result = read(of({"items": page(entry)}))

    assert result.items_sha256 == digest(("spotify:track:a", None))
    assert result.named == {"spotify:album:0000000000000000000001"}


@pytest.mark.parametrize(
    ("item", "identity"),
    [
        (song("a"), "spotify:track:a"),
        ({"id": "a", "name": "Song"}, "id:a"),
        ({"id": "", "name": "Song", "artists": [{"name": "One"}, None]}, "name:Song\tOne"),
        ({"name": "a\u0000b"}, "name:a\ufffdb"),
        ({"uri": 5, "id": "a"}, "id:a"),
        ({"uri": "spotify:track:a", "artists": 5}, "spotify:track:a"),
        ({"type": "track"}, None),
        (None, None),
        ([], None),
    ],
)
def test_an_entry_is_known_by_its_uri_else_its_id_else_its_names(
    item: object, identity: str | None
) -> None:
    entry = {"added_at": "2026-01-02T03:04:05Z", "item": item}
    result = read(of({"items": page(entry)}))

    assert result.items_sha256 == digest((identity, "2026-01-02T03:04:05Z"))


def test_the_time_of_adding_counts_as_text_and_not_as_it_is_escaped() -> None:
    entries = [
        rb'{"added_at": "2026-01-02", "item": {"uri": "a"}}',
        rb'{"added_at": "\u0032026-01-02", "item": {"uri": "\u0061"}}',
    ]
    plain, escaped = (
        read(b'{"items": {"items": [%b], "total": 1}}' % entry).items_sha256 for entry in entries
    )
    assert plain == escaped == digest(("a", "2026-01-02"))


@pytest.mark.parametrize("entry", [5, "text", [], True])
def test_an_entry_that_is_no_object_keeps_its_position(entry: object) -> None:
    result = read(of({"items": page(entry, {"item": song("b")})}))

    assert result.tail.entries == 2
    assert result.items_sha256 == digest((None, None), ("spotify:track:b", None))


def test_half_a_surrogate_pair_is_read_as_a_replacement_character() -> None:
    entry = rb'{"item": {"name": "half \ud83d", "artists": [{"name": "\udc00"}]}}'
    body = b'{"name": "N \\ud800", "items": {"items": [%b, null], "total": 2}}' % entry
    result = read(body)

    assert result.name == "N \ufffd"
    assert result.items_sha256 == digest(("name:half \ufffd\t\ufffd", None), (None, None))


def test_integers_written_as_floats_are_read() -> None:
    result = read(b'{"items": {"items": [null, null], "total": 2.0, "offset": 0.0}}')

    assert (result.total, result.tail.complete) == (2, True)


def test_positions_follow_the_offsets_that_pages_declare() -> None:
    first = of({"items": page({"item": song("a")}, total=4, next="https://api/2")})
    pages = begun(first)
    for offset, name in [(2, "c"), (None, "d"), (1, "e")]:
        body = of(page({"item": song(name)}, offset=offset, total=4))
        pages.add(decode_response(body, Page))

    expected = ContentDigest()
    for position, name in [(0, "a"), (2, "c"), (3, "d"), (4, "e")]:
        expected.add([position], [f"spotify:track:{name}"], [None])
    assert pages.result(Playlist()).items_sha256 == str(expected)


def test_fewer_entries_than_the_total_are_not_complete(synthetic: Synthetic) -> None:
    assert not read(synthetic.playlist_body(3, total=4)).tail.complete


def test_a_playlist_with_pages_to_come_is_not_complete(synthetic: Synthetic) -> None:
    assert not read(synthetic.playlist_body(3, following="https://api/2")).tail.complete


def test_an_empty_page_behind_the_total_is_the_last(synthetic: Synthetic) -> None:
    pages = begun(synthetic.playlist_body(3, following="https://api/2"))
    pages.add(decode_response(synthetic.page_body(0, following="https://api/3", total=3), Page))

    assert pages.next is None
    assert pages.result(Playlist()).tail.complete


def test_entries_behind_the_total_are_read(synthetic: Synthetic) -> None:
    pages = begun(synthetic.playlist_body(3, following="https://api/2"))
    pages.add(decode_response(synthetic.page_body(1, following="https://api/3", total=3), Page))

    assert (pages.next, pages.entries) == ("https://api/3", 4)


def test_one_empty_page_before_the_total_is_passed_over_and_the_second_ends_it(
    synthetic: Synthetic,
) -> None:
    pages = begun(synthetic.playlist_body(3, following="https://api/2", total=9))
    following = []
    for number in range(3, 6):
        empty = synthetic.page_body(0, following=f"https://api/{number}", total=9)
        pages.add(decode_response(empty, Page))
        following.append(pages.next)
        if pages.next is None:
            break

    assert following == ["https://api/3", None]
    assert not pages.result(Playlist()).tail.complete


def test_pages_that_lead_in_a_circle_are_refused(synthetic: Synthetic) -> None:
    pages = begun(synthetic.playlist_body(1, following="https://api/2"))
    pages.add(decode_response(synthetic.page_body(1, following="https://api/3"), Page))

    with pytest.raises(UnexpectedResponseError, match="in a circle"):
        pages.add(decode_response(synthetic.page_body(1, following="https://api/2"), Page))


@pytest.mark.parametrize("offset", [49, 50])
def test_pages_that_lead_back_are_refused(synthetic: Synthetic, offset: int) -> None:
    pages = begun(synthetic.playlist_body(1, following="https://api/items?offset=50", total=9))
    back = f"https://api/items?limit=1&offset={offset}"

    with pytest.raises(UnexpectedResponseError, match="in a circle"):
        pages.add(decode_response(synthetic.page_body(1, following=back, total=9), Page))


def test_pages_that_lead_on_are_followed(synthetic: Synthetic) -> None:
    pages = begun(synthetic.playlist_body(1, following="https://api/items?offset=50", total=9))
    further = "https://api/items?limit=1&offset=51"
    pages.add(decode_response(synthetic.page_body(1, following=further, total=9), Page))

    assert pages.next == further


@pytest.mark.parametrize("odd", ["https://[api/2", f"https://api/2?offset={'9' * 5000}"])
def test_an_address_that_cannot_be_parsed_has_no_offset(synthetic: Synthetic, odd: str) -> None:
    pages = begun(synthetic.playlist_body(1, following=odd, total=9))
    assert (pages.next, pages.next_offset) == (odd, pages.entries)


def test_a_page_without_items_is_refused(synthetic: Synthetic) -> None:
    pages = begun(synthetic.playlist_body(1, following="https://api/2"))

    with pytest.raises(UnexpectedResponseError, match="without its items"):
        pages.add(Page(total=7))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"items": 3}', b'{"name": NaN}', b"\xef\xbb\xbf{}", b"[" * 100_000],
)
def test_a_response_that_is_not_as_documented_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError):
        decode_response(body, Playlist)
