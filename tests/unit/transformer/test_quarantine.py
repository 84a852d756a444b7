"""Bad input affects only itself: bad values are null, and their raw JSON is quarantined."""

import json
from typing import Any

import pytest
from tests.unit.transformer.curated import (
    KEY,
    PLAYLIST_ID,
    Curated,
    curate,
    curate_entries,
    frame,
    part,
    read_back,
)
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    album,
    artist,
    entry,
    page,
    playlist,
    track,
)

from playlake_contracts.tables import TABLES

MARK = "the mark to replace"


def with_raw(mark_at: Json, raw: bytes) -> Curated:
    """Curate a playlist of three entries; in the middle one `raw` replaces `MARK`."""
    sent = json.dumps(playlist([entry(track(1)), mark_at, entry(track(3))])).encode()
    assert sent.count(json.dumps(MARK).encode()) == 1
    return curate(frame(sent.replace(json.dumps(MARK).encode(), raw)))


def assert_only_the_middle_is_quarantined(curated: Curated, code: str) -> Json:
    """Check that every position is a row and only the middle one is bad; return that row."""
    assert [row["position"] for row in curated.items] == [0, 1, 2]
    names = [row["name"] for row in curated.rows("tracks")]
    assert (names[0], names[-1]) == ("Track 1", "Track 3")
    [kept] = curated.quarantined()
    assert (kept["table_name"], kept["code"]) == ("playlist_items", code)
    assert (kept["playlist_id"], kept["entry_position"]) == (PLAYLIST_ID, 1)
    row = curated.only("playlists")
    assert (row["entries"], row["is_complete"]) == (3, True)
    first, middle, last = curated.items
    assert first["reason"] is None
    assert last["reason"] is None
    assert middle["reason"] == f"{code}: {kept['reason']}"
    return dict(middle)


# Every field that is read, with a value of a wrong type: the entry, the path of the bad value, and
# the columns of its row that become null.
WRONG_TYPES: list[tuple[Json, str, tuple[str, ...]]] = [
    (entry(track(2), added_at=5), "$.added_at", ("added_at", "added_at_raw")),
    (entry(track(2), added_by="alice"), "$.added_by", ("added_by",)),
    (entry(track(2), added_by={"id": 5}), "$.added_by.id", ("added_by",)),
    (entry(track(2), is_local="no"), "$.is_local", ()),
    (entry(track(2, album="Album")), "$.track.album", ("album_name",)),
    (entry(track(2, artists={})), "$.track.artists", ("artist_names",)),
    (entry(track(2, artists=["A"])), "$.track.artists[0]", ("artist_names",)),
    (entry(track(2, artists=[artist(2, name=5)])), "$.track.artists[0].name", ("artist_names",)),
    (entry(track(2, disc_number="1")), "$.track.disc_number", ()),
    (entry(track(2, duration_ms="long")), "$.track.duration_ms", ("duration_ms",)),
    (entry(track(2, duration_ms=1.5)), "$.track.duration_ms", ("duration_ms",)),
    (entry(track(2, duration_ms=True)), "$.track.duration_ms", ("duration_ms",)),
    (entry(track(2, explicit=1)), "$.track.explicit", ("is_explicit",)),
    (entry(track(2, external_ids=[])), "$.track.external_ids", ("isrc",)),
    (entry(track(2, id=2)), "$.track.id", ("track_id",)),
    (entry(track(2, is_playable="yes")), "$.track.is_playable", ("is_playable",)),
    (entry(track(2, linked_from="x")), "$.track.linked_from", ()),
    (entry(track(2, name=["Track 2"])), "$.track.name", ("name",)),
    (entry(track(2, popularity=49.9)), "$.track.popularity", ()),
    (entry(track(2, restrictions="market")), "$.track.restrictions", ()),
    (entry(track(2, album=album(2, images={}))), "$.track.album.images", ()),
    (entry(track(2, album=album(2, release_date=1985))), "$.track.album.release_date", ()),
    (entry(track(2, album=album(2, genres="synth"))), "$.track.album.genres", ()),
    (entry(track(2, album=album(2, total_tracks="11"))), "$.track.album.total_tracks", ()),
]


@pytest.mark.parametrize(("bad", "path", "nulls"), WRONG_TYPES, ids=[t[1] for t in WRONG_TYPES])
def test_a_wrong_type_nulls_its_field_and_nothing_else(
    bad: Json, path: str, nulls: tuple[str, ...]
) -> None:
    curated = curate(frame(playlist([entry(track(1)), bad, entry(track(3))])))
    row = assert_only_the_middle_is_quarantined(curated, "wrong_type")
    good = curate_entries(entry(track(1)), entry(track(2)), entry(track(3))).items[1]
    expected = {column: None if column in nulls else good[column] for column in good}
    row.pop("reason"), expected.pop("reason")
    if path == "$.track.id":
        expected["item_type"] = "unavailable"
    assert row == expected
    [kept] = curated.quarantined()
    assert kept["reason"].startswith("Expected ")
    assert kept["reason"].endswith(f" - at `{path}`")
    assert json.loads(kept["raw"]) == bad


def test_a_bad_field_is_null_in_the_tables_of_its_track_and_album_too() -> None:
    bad = album(2, total_tracks="11", release_date=5)
    curated = curate_entries(entry(track(2, popularity="high", disc_number=[], album=bad)))
    made = curated.only("tracks")
    assert (made["name"], made["popularity"], made["disc_number"]) == ("Track 2", None, None)
    made = curated.only("albums")
    assert (made["name"], made["total_tracks"], made["release_date"]) == ("Album 2", None, None)
    [kept] = curated.quarantined()
    assert kept["reason"].count("Expected ") == 4


@pytest.mark.parametrize("bad", [{"track": []}, {"track": True}, {"item": "t", "track": None}])
def test_an_entry_with_an_unreadable_item_keeps_its_position(bad: Json) -> None:
    sent = playlist([entry(track(1)), entry(track(2)) | bad, entry(track(3))])
    row = assert_only_the_middle_is_quarantined(curate(frame(sent)), "wrong_type")
    assert row["item_type"] == "unreadable"
    assert (row["identity"], row["name"], row["track_id"]) == (None, None, None)
    assert row["added_by"] == "alice"


@pytest.mark.parametrize("bad", [5, "entry", [], True])
def test_an_entry_that_is_not_an_object_keeps_its_position(bad: object) -> None:
    curated = curate(frame(playlist([entry(track(1)), bad, entry(track(3))])))  # type: ignore[list-item]  # bad on purpose
    row = assert_only_the_middle_is_quarantined(curated, "wrong_type")
    assert (row["item_type"], row["added_at"], row["added_by"]) == ("unreadable", None, None)


@pytest.mark.parametrize("api", GENERATIONS)
def test_reading_piece_by_piece_supports_every_generation(api: Any) -> None:  # noqa: ANN401 - a literal
    bad = entry(track(2, duration_ms="long"))
    curated = curate_entries(entry(track(1)), bad, entry(track(3)), api=api)
    assert_only_the_middle_is_quarantined(curated, "wrong_type")


@pytest.mark.parametrize(
    "number", ["18446744073709551616", "-18446744073709551616", "9223372036854775808", "1" * 5000]
)
def test_a_number_too_large_for_its_column_is_null(number: str) -> None:
    curated = with_raw(entry(track(2, duration_ms=MARK)), number.encode())
    assert_only_the_middle_is_quarantined(curated, "out_of_range")


@pytest.mark.parametrize("number", ["2147483648", "-2147483649"])
@pytest.mark.parametrize("field", ["popularity", "disc_number", "track_number"])
def test_a_32_bit_column_accepts_only_32_bit_numbers(field: str, number: str) -> None:
    curated = with_raw(entry(track(2, **{field: MARK})), number.encode())
    assert_only_the_middle_is_quarantined(curated, "out_of_range")


def test_a_number_that_fits_its_column_is_stored_as_sent() -> None:
    numbers = [0, 2**63 - 1]
    curated = curate_entries(*[entry(track(n, duration_ms=n)) for n in numbers])
    assert [row["duration_ms"] for row in curated.rows("tracks")] == numbers


def test_a_number_beyond_float_range_is_null() -> None:
    curated = with_raw(entry(track(2, duration_ms=MARK)), b"1e999")
    assert assert_only_the_middle_is_quarantined(curated, "out_of_range")["duration_ms"] is None


@pytest.mark.parametrize(("number", "meant"), [("214360.0", 214_360), ("2e3", 2000), ("-0.0", 0)])
def test_a_whole_number_written_with_a_fraction_is_a_whole_number(number: str, meant: int) -> None:
    """A pandas column of whole numbers with a null writes numbers in this form."""
    curated = with_raw(entry(track(2, duration_ms=MARK, popularity=51.0)), number.encode())
    assert curated.items[1]["duration_ms"] == meant
    assert [row["popularity"] for row in curated.rows("tracks")] == [50, 51, 50]
    assert curated.quarantined() == []


@pytest.mark.parametrize(("total", "offset"), [(3.0, 0), (3, 0.0), (3.0, 0.0)])
def test_whole_numbers_of_a_page_may_be_written_with_a_fraction(
    total: float, offset: float
) -> None:
    sent = page([entry(track(1)), entry(track(2))], total=total) | {"offset": offset}
    curated = curate(frame(playlist() | {"tracks": sent}))
    assert (curated.only("playlists")["total"], len(curated.items)) == (3, 2)
    assert curated.quarantined() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"artists": [None, artist(2), None]},
        {"album": album(2, images=[None, {"url": "https://i.scdn.co/image/2-640"}])},
        {"album": album(2, artists=[artist(2), None])},
    ],
    ids=str,
)
def test_nulls_in_a_list_are_left_out(changes: Json) -> None:
    curated = curate_entries(entry(track(2, **changes)))
    assert curated.quarantined() == []
    assert curated.only("playlist_items")["artist_names"] == "Artist 2"
    assert curated.only("albums")["image_url"] == "https://i.scdn.co/image/2-640"
    assert [row["position"] for row in curated.rows("album_artists")] == [0]


@pytest.mark.parametrize("raw", [b'"\xff"', b'"Caf\xe9"', b'"\xed\xa0\x80"', b'"\xc0\xaf"'])
def test_text_that_is_not_utf_8_is_replaced_and_quarantined(raw: bytes) -> None:
    curated = with_raw(entry(track(2, name=MARK)), raw)
    row = assert_only_the_middle_is_quarantined(curated, "invalid_unicode")
    assert "\ufffd" in row["name"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (rb'"\ud83c\udfa7"', "\N{HEADPHONE}"),
        (rb'"\ud800"', "\ufffd"),
        (rb'"\uDFFF and more"', "\ufffd and more"),
        (rb'"\udfa7\ud83c"', "\ufffd\ufffd"),
        (rb'"\ud83c\ud83c\udfa7"', "\ufffd\N{HEADPHONE}"),
        (rb'"\\ud83c\ud83c"', "\\ud83c\ufffd"),
        (rb'"\u0000\ud83c"', "\ufffd\ufffd"),
    ],
)
def test_half_a_surrogate_pair_is_replaced_without_quarantine(raw: bytes, name: str) -> None:
    curated = with_raw(entry(track(2, name=MARK)), raw)
    assert [row["name"] for row in curated.items] == ["Track 1", name, "Track 3"]
    assert curated.quarantined() == []


def test_invalid_bytes_are_replaced_in_quarantined_json() -> None:
    curated = with_raw(entry(track(2, name=MARK)), b'"Caf\xe9"')
    [kept] = curated.quarantined("playlist_items")
    assert '"name": "Caf\ufffd"' in kept["raw"]


def test_invalid_bytes_in_an_ignored_field_are_ignored() -> None:
    curated = with_raw(entry(track(2), video_thumbnail=MARK), b'"\xff\xfe"')
    assert len(curated.items) == 3


def test_markets_with_invalid_bytes_are_counted() -> None:
    curated = with_raw(entry(track(2, available_markets=[MARK])), b'"\xff"')
    _, middle, _ = curated.rows("tracks")
    assert middle["markets"] == 1


def test_null_markets_beside_a_bad_value_are_null() -> None:
    nowhere = album(2, available_markets=None)
    bad = track(2, duration_ms="long", available_markets=None, album=nowhere)
    curated = curate_entries(entry(bad))
    assert (curated.only("tracks")["markets"], curated.only("albums")["markets"]) == (None, None)
    assert len(curated.quarantined()) == 1


def test_several_bad_entries_are_quarantined_in_their_order() -> None:
    bad = [entry(track(number, duration_ms="long")) for number in range(3)]
    curated = curate_entries(bad[0], entry(track(10)), bad[1], bad[2])
    assert [row["position"] for row in curated.items] == [0, 1, 2, 3]
    kept = curated.quarantined("playlist_items")
    assert [row["entry_position"] for row in kept] == [0, 2, 3]
    assert [json.loads(row["raw"]) for row in kept] == bad


@pytest.mark.parametrize(
    ("changes", "null"),
    [
        ({"name": 5}, "name"),
        ({"owner": "alice"}, "owner_id"),
        ({"owner": {"id": 5}}, "owner_id"),
        ({"public": "yes"}, "is_public"),
        ({"collaborative": 0}, "is_collaborative"),
        ({"images": "x"}, "image_url"),
        ({"description": {}}, "description"),
        ({"followers": {"total": "many"}}, "followers"),
        ({"snapshot_id": 7}, "snapshot_id"),
    ],
    ids=str,
)
def test_a_bad_field_of_a_playlist_is_null_and_loses_no_entry(changes: Json, null: str) -> None:
    sent = playlist([entry(track(1)), entry(track(2))], **changes)
    curated = curate(frame(sent, page([entry(track(3))], offset=2)))
    row = curated.only("playlists")
    assert row[null] is None
    assert (row["entries"], row["is_complete"]) == (3, True)
    assert "Playlist 1" in {row["name"], "Playlist 1" if null == "name" else None}
    assert [row["position"] for row in curated.items] == [0, 1, 2]
    [kept] = curated.quarantined()
    assert (kept["table_name"], kept["code"]) == ("playlists", "wrong_type")
    assert (kept["playlist_id"], kept["entry_position"]) == (PLAYLIST_ID, None)
    assert json.loads(kept["raw"]) == sent


def test_a_number_of_followers_over_64_bits_is_out_of_range() -> None:
    [kept] = curate(frame(playlist(followers={"total": 2**64}))).quarantined("playlists")
    assert kept["code"] == "out_of_range"


@pytest.mark.parametrize("bad", [5, "page", {"items": {}}, {"items": 5}])
def test_a_bad_page_loses_only_its_own_entries(bad: object) -> None:
    sent = json.dumps(bad).encode()
    curated = curate(frame(playlist([entry(track(1))]), sent, page([entry(track(9))], offset=8)))
    assert [(row["position"], row["name"]) for row in curated.items] == [
        (0, "Track 1"),
        (8, "Track 9"),
    ]
    [kept] = curated.quarantined("playlist_items")
    assert (kept["code"], kept["entry_position"]) == ("wrong_type", None)
    assert kept["raw"] == sent.decode()
    assert curated.only("playlists")["is_complete"] is False


@pytest.mark.parametrize("response", [b"5", b'"playlist"', b"[]", b"true"])
def test_a_response_that_is_not_a_playlist_is_quarantined(response: bytes) -> None:
    curated = curate(frame(response, page([entry(track(1))])))
    row = curated.only("playlists")
    assert (row["name"], row["entries"], row["playlist_id"]) == (None, 1, PLAYLIST_ID)
    assert [row["name"] for row in curated.items] == ["Track 1"]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["raw"]) == ("wrong_type", response.decode())


GOOD = [frame(playlist([entry(track(n))]), playlist_id=f"good-{n}") for n in (1, 2)]
WHOLE = frame(playlist([entry(track(9))]), playlist_id="bad")
DEEP = b"[" * 2000 + b"]" * 2000

UNREADABLE = {
    "truncated": (WHOLE[: len(WHOLE) // 2], "invalid_json"),
    "trailing junk": (WHOLE + b"}", "invalid_json"),
    "not a number": (frame(b'{"id": NaN}'), "invalid_json"),
    "junk": (b"\x00\x01\x02", "invalid_json"),
    "nothing": (b"", "invalid_json"),
    "xml": (b"<playlist/>", "invalid_json"),
    "byte order mark": (b"\xef\xbb\xbf" + WHOLE, "invalid_json"),
    "too deep": (frame(b'{"deep": %s}' % DEEP), "too_deep"),
    "too deep in an entry": (frame(b'{"tracks": {"items": [%s]}}' % DEEP), "too_deep"),
    "no envelope": (b'{"schema":"playlake.raw/1"}', "wrong_type"),
    "no schema": (b"{}", "wrong_type"),
    "an array": (b"[]", "wrong_type"),
    "no time zone": (WHOLE.replace(b"T06:00:01Z", b"T06:00:01"), "wrong_type"),
    "not utf-8": (WHOLE.replace(b'"bad"', b'"b\xe4d"'), "invalid_unicode"),
}


@pytest.mark.parametrize(("bad", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_snapshot_does_not_affect_the_others(bad: bytes, code: str) -> None:
    curated = curate(GOOD[0], bad, GOOD[1])
    assert [row["playlist_id"] for row in curated.rows("playlists")] == ["good-1", "good-2"]
    assert [row["playlist_id"] for row in curated.items] == ["good-1", "good-2"]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["playlist_id"]) == (code, None)
    assert kept["raw"] == bad.decode(errors="replace")
    assert kept["reason"]
    assert curated.transformed.snapshots == 3


def test_a_snapshot_of_another_run_is_quarantined() -> None:
    other = WHOLE.replace(b"20261121T060000Z-k3x2ab", b"20261121T060000Z-other2")
    assert other != WHOLE
    curated = curate(GOOD[0], other)
    assert [row["playlist_id"] for row in curated.items] == ["good-1"]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["playlist_id"]) == ("envelope_mismatch", "bad")
    assert kept["reason"].startswith("the envelope names source ")


def test_rows_of_quarantine_are_numbered_over_the_part() -> None:
    curated = curate(b"junk", frame(playlist([entry(track(1, name=5)), 5], name=5)))  # type: ignore[list-item]  # bad on purpose
    kept = curated.quarantined()
    assert [row["table_name"] for row in kept] == [
        "playlists",
        "playlists",
        "playlist_items",
        "playlist_items",
    ]
    keys = [tuple(row[column] for column in TABLES["quarantine"].key) for row in kept]
    assert [key[-1] for key in keys] == [0, 1, 2, 3]


def test_the_quarantine_of_a_part_is_one_object() -> None:
    curated = curate(frame(playlist([entry(track(1, name=5))], name=5)))
    [file] = [file for file in curated.transformed.files if file.table == "quarantine"]
    assert file.key == KEY.curated("quarantine")
    assert read_back(file).num_rows == file.rows == curated.transformed.rows_quarantined == 2


def test_a_part_of_unreadable_frames_makes_only_quarantine() -> None:
    curated = curate(b"junk", b"more junk")
    assert [file.table for file in curated.transformed.files] == ["quarantine"]
    assert len(curated.quarantined("playlists")) == 2
    assert curated.transformed.rows == {}
    assert curated.transformed.json_bytes == len(b"junk" + b"more junk")


def test_a_bad_frame_does_not_change_the_rows_of_others() -> None:
    alone, beside = curate(*GOOD), curate(GOOD[0], b"junk", GOOD[1])
    assert alone.transformed.rows == beside.transformed.rows
    for table in alone.transformed.rows:
        assert alone.rows(table) == beside.rows(table)
    assert part(*GOOD) != part(GOOD[0], b"junk", GOOD[1])
