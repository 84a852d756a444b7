"""Bad input stops only itself: it is kept aside with its reason, and everything else is kept."""

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

from playlake_contracts.tables import QUARANTINE

MARK = "the mark to replace"


def with_raw(mark_at: Json, raw: bytes) -> Curated:
    """A playlist of three entries, the middle one bad: `raw` stands in place of `MARK`."""
    sent = json.dumps(playlist([entry(track(1)), mark_at, entry(track(3))])).encode()
    assert sent.count(json.dumps(MARK).encode()) == 1
    return curate(frame(sent.replace(json.dumps(MARK).encode(), raw)))


def assert_only_the_middle_is_missing(curated: Curated, code: str) -> None:
    assert [row["position"] for row in curated.items] == [0, 2]
    assert [row["name"] for row in curated.rows("tracks")] == ["Track 1", "Track 3"]
    [kept] = curated.quarantined("playlist_items")
    assert (kept["code"], kept["entry_position"]) == (code, 1)
    assert kept["playlist_id"] == PLAYLIST_ID
    row = curated.only("playlists")
    assert (row["entries"], row["is_complete"]) == (2, False)


# Every field that is read, with a value of another type.
WRONG_TYPES: list[Json] = [
    entry(track(2), added_at=5),
    entry(track(2), added_by="alice"),
    entry(track(2), added_by={"id": 5}),
    entry(track(2), is_local="no"),
    entry(track(2)) | {"track": []},
    entry(track(2)) | {"track": True},
    entry(track(2)) | {"item": "track", "track": None},
    entry(track(2, album="Album")),
    entry(track(2, artists={})),
    entry(track(2, artists=[None])),
    entry(track(2, artists=[artist(2, name=5)])),
    entry(track(2, disc_number="1")),
    entry(track(2, duration_ms="long")),
    entry(track(2, duration_ms=1.5)),
    entry(track(2, duration_ms=True)),
    entry(track(2, explicit=1)),
    entry(track(2, external_ids=[])),
    entry(track(2, external_urls="https://")),
    entry(track(2, id=2)),
    entry(track(2, is_playable="yes")),
    entry(track(2, linked_from="x")),
    entry(track(2, name=["Track 2"])),
    entry(track(2, popularity=49.9)),
    entry(track(2, restrictions="market")),
    entry(track(2, album=album(2, images={}))),
    entry(track(2, album=album(2, release_date=1985))),
    entry(track(2, album=album(2, genres="synth"))),
    entry(track(2, album=album(2, total_tracks="11"))),
]


@pytest.mark.parametrize("bad", WRONG_TYPES, ids=range(len(WRONG_TYPES)))
def test_a_wrong_type_costs_its_entry_and_nothing_else(bad: Json) -> None:
    curated = curate(frame(playlist([entry(track(1)), bad, entry(track(3))])))
    assert_only_the_middle_is_missing(curated, "wrong_type")
    [kept] = curated.quarantined("playlist_items")
    assert kept["reason"].startswith("Expected ")
    assert json.loads(kept["raw"]) == bad


@pytest.mark.parametrize("bad", [5, "entry", [], True])
def test_an_entry_that_is_no_object_costs_only_itself(bad: object) -> None:
    curated = curate(frame(playlist([entry(track(1)), bad, entry(track(3))])))  # type: ignore[list-item]  # bad on purpose
    assert_only_the_middle_is_missing(curated, "wrong_type")


@pytest.mark.parametrize("api", GENERATIONS)
def test_the_careful_way_reads_every_generation(api: Any) -> None:  # noqa: ANN401 - a literal
    bad = entry(track(2, duration_ms="long"))
    curated = curate_entries(entry(track(1)), bad, entry(track(3)), api=api)
    assert_only_the_middle_is_missing(curated, "wrong_type")


@pytest.mark.parametrize(
    "number", ["18446744073709551616", "-18446744073709551616", "9223372036854775808", "1" * 5000]
)
def test_a_number_too_large_for_its_column_costs_its_entry(number: str) -> None:
    curated = with_raw(entry(track(2, duration_ms=MARK)), number.encode())
    assert_only_the_middle_is_missing(curated, "out_of_range")


@pytest.mark.parametrize("number", ["2147483648", "-2147483649"])
@pytest.mark.parametrize("field", ["popularity", "disc_number", "track_number"])
def test_a_small_column_takes_only_small_numbers(field: str, number: str) -> None:
    curated = with_raw(entry(track(2, **{field: MARK})), number.encode())
    assert_only_the_middle_is_missing(curated, "out_of_range")


def test_a_number_that_fits_is_kept_as_sent_even_where_it_makes_no_sense() -> None:
    numbers = [-5, 2**63 - 1]
    curated = curate_entries(*[entry(track(n, duration_ms=n)) for n in numbers])
    assert [row["duration_ms"] for row in curated.rows("tracks")] == numbers


@pytest.mark.parametrize("number", ["2.0", "2e3", "1e999"])
def test_a_number_with_a_fraction_or_an_exponent_is_no_count(number: str) -> None:
    curated = with_raw(entry(track(2, duration_ms=MARK)), number.encode())
    code = "out_of_range" if number == "1e999" else "wrong_type"
    assert_only_the_middle_is_missing(curated, code)


@pytest.mark.parametrize("raw", [b'"\xff"', b'"Caf\xe9"', b'"\xed\xa0\x80"', b'"\xc0\xaf"'])
def test_text_that_is_not_utf_8_costs_its_entry(raw: bytes) -> None:
    curated = with_raw(entry(track(2, name=MARK)), raw)
    assert_only_the_middle_is_missing(curated, "invalid_unicode")


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
def test_half_a_surrogate_pair_is_replaced_and_costs_nothing(raw: bytes, name: str) -> None:
    curated = with_raw(entry(track(2, name=MARK)), raw)
    assert [row["name"] for row in curated.items] == ["Track 1", name, "Track 3"]
    assert curated.transformed.quarantine == []


def test_invalid_bytes_are_replaced_in_what_is_kept_aside() -> None:
    curated = with_raw(entry(track(2, name=MARK)), b'"Caf\xe9"')
    [kept] = curated.quarantined("playlist_items")
    assert '"name": "Caf\ufffd"' in kept["raw"]


def test_bytes_that_no_text_has_do_no_harm_where_nothing_reads_them() -> None:
    curated = with_raw(entry(track(2), video_thumbnail=MARK), b'"\xff\xfe"')
    assert len(curated.items) == 3


def test_markets_of_invalid_bytes_stop_nothing() -> None:
    curated = with_raw(entry(track(2, available_markets=[MARK])), b'"\xff"')
    _, middle, _ = curated.rows("tracks")
    assert middle["available_markets"] == "\ufffd"


def test_several_bad_entries_are_all_kept_aside_in_their_order() -> None:
    bad = [entry(track(number, duration_ms="long")) for number in range(3)]
    curated = curate_entries(bad[0], entry(track(10)), bad[1], bad[2])
    assert [row["position"] for row in curated.items] == [1]
    kept = curated.quarantined("playlist_items")
    assert [row["entry_position"] for row in kept] == [0, 2, 3]
    assert [json.loads(row["raw"]) for row in kept] == bad


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 5},
        {"owner": "alice"},
        {"owner": {"id": 5}},
        {"public": "yes"},
        {"collaborative": 0},
        {"images": "x"},
        {"description": {}},
        {"followers": {"total": "many"}},
        {"external_urls": []},
        {"snapshot_id": 7},
    ],
    ids=str,
)
def test_a_bad_playlist_costs_its_row_and_no_entry(changes: Json) -> None:
    sent = playlist([entry(track(1)), entry(track(2))], **changes)
    curated = curate(frame(sent, page([entry(track(3))], offset=2)))
    assert curated.rows("playlists") == []
    assert [row["position"] for row in curated.items] == [0, 1, 2]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["playlist_id"]) == ("wrong_type", PLAYLIST_ID)
    assert kept["entry_position"] is None
    assert json.loads(kept["raw"]) == sent
    assert curated.quarantined("playlist_items") == []


def test_a_number_of_followers_that_no_column_holds_is_out_of_range() -> None:
    [kept] = curate(frame(playlist(followers={"total": 2**64}))).quarantined("playlists")
    assert kept["code"] == "out_of_range"


@pytest.mark.parametrize("bad", [5, "page", {"items": {}}, {"items": 5}, {"offset": "0"}])
def test_a_bad_page_costs_itself_and_no_other(bad: object) -> None:
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
def test_a_response_that_is_no_playlist_is_kept_aside(response: bytes) -> None:
    curated = curate(frame(response, page([entry(track(1))])))
    assert curated.rows("playlists") == []
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
def test_an_unreadable_snapshot_costs_only_itself(bad: bytes, code: str) -> None:
    curated = curate(GOOD[0], bad, GOOD[1])
    assert [row["playlist_id"] for row in curated.rows("playlists")] == ["good-1", "good-2"]
    assert [row["playlist_id"] for row in curated.items] == ["good-1", "good-2"]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["playlist_id"]) == (code, None)
    assert kept["raw"] == bad.decode(errors="replace")
    assert kept["reason"]
    assert curated.transformed.snapshots == 3


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b"20261121T060000Z-k3x2ab", b"20261121T060000Z-other2"),
        (b'"source":"spotify"', b'"source":"import"'),
    ],
)
def test_a_snapshot_of_another_run_or_source_is_kept_aside(true: bytes, false: bytes) -> None:
    assert true in WHOLE
    curated = curate(GOOD[0], WHOLE.replace(true, false))
    assert [row["playlist_id"] for row in curated.items] == ["good-1"]
    [kept] = curated.quarantined("playlists")
    assert (kept["code"], kept["playlist_id"]) == ("envelope_mismatch", "bad")
    assert kept["reason"].startswith("its envelope is of source ")


def test_rejects_are_numbered_over_the_part_so_that_their_key_tells_them_apart() -> None:
    curated = curate(b"junk", frame(playlist([entry(track(1, name=5)), 5], name=5)))  # type: ignore[list-item]  # bad on purpose
    kept = [*curated.quarantined("playlists"), *curated.quarantined("playlist_items")]
    keys = [tuple(row[column] for column in QUARANTINE.key) for row in kept]
    assert sorted(key[-1] for key in keys) == [0, 1, 2, 3]
    assert len(set(keys)) == len(keys)


def test_what_is_kept_aside_says_where_it_would_have_gone_and_lies_there() -> None:
    curated = curate(frame(playlist([entry(track(1, name=5))], name=5)))
    files = {file.table: file for file in curated.transformed.quarantine}
    assert set(files) == {"playlists", "playlist_items"}
    for table, file in files.items():
        assert file.key == KEY.quarantined(table)
        rows = read_back(file)
        assert rows.column("table").to_pylist() == [table]
        assert rows.num_rows == file.rows == 1


def test_a_part_of_nothing_but_rejects_makes_no_tables() -> None:
    curated = curate(b"junk", b"more junk")
    assert curated.transformed.files == []
    assert len(curated.quarantined("playlists")) == 2
    assert curated.transformed.json_bytes == len(b"junk" + b"more junk")


def test_the_bytes_of_a_part_do_not_depend_on_what_a_neighbour_rejects() -> None:
    alone, beside = curate(*GOOD), curate(GOOD[0], b"junk", GOOD[1])
    assert alone.transformed.files == beside.transformed.files
    assert part(*GOOD) != part(GOOD[0], b"junk", GOOD[1])
