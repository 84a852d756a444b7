import json
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.raw import (
    SCHEMA,
    Head,
    Header,
    RawDetails,
    RawSnapshot,
    Tail,
    decode_details,
    decode_snapshot,
    encode_details,
    encode_snapshot,
    names_other_playlist,
    read_header,
)

HEAD = Head(
    source="spotify",
    playlist_id="37i9dQZF1DX0",
    run_id="20261121T060000Z-k3x2ab",
    fetched_at=datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC),
    snapshot_id="AAAA/+=",
)
TAIL = Tail(api="items", entries=2, complete=True)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
whitespace = st.text(" \t\r\n", max_size=3)


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """Any JSON in any layout that a server may send."""
    text = json.dumps(
        draw(values),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.none() | whitespace),
        separators=(draw(whitespace) + "," + draw(whitespace), draw(whitespace) + ":"),
    )
    return text.encode()


def encoded(playlist: bytes | None, *pages: bytes) -> bytes:
    return b"".join(encode_snapshot(HEAD, lambda: playlist, pages, lambda: TAIL))


@given(responses(), st.lists(responses(), max_size=4))
def test_responses_are_read_back_byte_for_byte(playlist: bytes, pages: list[bytes]) -> None:
    read = decode_snapshot(encoded(playlist, *pages))
    assert bytes(read.playlist) == playlist
    assert [bytes(page) for page in read.pages] == pages


@given(responses(), whitespace, whitespace)
def test_whitespace_around_a_response_is_landed_and_ignored_by_readers(
    response: bytes, before: str, after: str
) -> None:
    sent = before.encode() + response + after.encode()
    frame = encoded(sent, sent)
    assert frame.count(sent) >= 2
    assert bytes(decode_snapshot(frame).playlist) == response


@given(
    head=st.builds(
        Head,
        source=st.text(),
        playlist_id=st.text(),
        run_id=st.text(),
        fetched_at=st.datetimes(timezones=st.just(UTC)),
        snapshot_id=st.none() | st.text(),
    ),
    tail=st.builds(
        Tail,
        api=st.sampled_from([None, "classic", "items", "both"]),
        entries=st.integers(0, 20_000),
        complete=st.booleans(),
    ),
)
def test_head_and_tail_are_read_back_unchanged(head: Head, tail: Tail) -> None:
    read = decode_snapshot(b"".join(encode_snapshot(head, lambda: b"{}", [], lambda: tail)))
    for part in (head, tail):
        for name in part.__struct_fields__:
            assert getattr(read, name) == getattr(part, name)


def test_a_frame_is_one_json_object_and_a_line_feed() -> None:
    frame = encoded(b'{"id": "x"}', b"[]")
    assert frame.endswith(b"}\n")
    assert json.loads(frame) == {
        "schema": "playlake.raw/1",
        "source": "spotify",
        "kind": "playlist",
        "playlist_id": "37i9dQZF1DX0",
        "run_id": "20261121T060000Z-k3x2ab",
        "fetched_at": "2026-11-21T06:00:01Z",
        "snapshot_id": "AAAA/+=",
        "playlist": {"id": "x"},
        "pages": [[]],
        "api": "items",
        "entries": 2,
        "complete": True,
    }


def test_a_snapshot_without_a_playlist_response_has_null() -> None:
    assert bytes(decode_snapshot(encoded(None)).playlist) == b"null"


def test_pages_are_requested_one_at_a_time_and_the_tail_is_last() -> None:
    happened: list[str] = []

    def pages() -> Iterator[bytes]:
        for number in (1, 2):
            happened.append(f"pull {number}")
            yield b"%d" % number

    def tail() -> Tail:
        happened.append("tail")
        return TAIL

    for chunk in encode_snapshot(HEAD, lambda: b"{}", pages(), tail):
        happened.append(chunk[:1].decode())  # noqa: PERF401 - the order with the others matters
    in_between = [step for step in happened if step in {"pull 1", "1", "pull 2", "2", "tail"}]
    assert in_between == ["pull 1", "1", "pull 2", "2", "tail"]


@pytest.mark.parametrize("missing", ["playlist_id", "run_id", "fetched_at", "pages", "complete"])
def test_an_envelope_that_lacks_a_field_is_refused(missing: str) -> None:
    fields = json.loads(encoded(b"{}"))
    del fields[missing]
    with pytest.raises(msgspec.ValidationError, match=missing):
        decode_snapshot(json.dumps(fields).encode())


def test_a_time_without_a_zone_is_refused() -> None:
    frame = encoded(b"{}").replace(b"2026-11-21T06:00:01Z", b"2026-11-21T06:00:01")
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        decode_snapshot(frame)


def test_fields_that_a_later_writer_adds_are_ignored() -> None:
    frame = encoded(b"{}").replace(b'"source"', b'"etag":{"new":[1]},"source"')
    assert isinstance(decode_snapshot(frame), RawSnapshot)


def details(response: bytes) -> RawDetails:
    return RawDetails(
        source="spotify",
        kind="album",
        id="4aawyAB9vmqN3uQ7FjRGTy",
        run_id="20261121T060000Z-k3x2ab",
        fetched_at=datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC),
        response=msgspec.Raw(response),
    )


@given(responses(), whitespace, whitespace)
def test_the_details_of_an_album_are_read_back_byte_for_byte(
    response: bytes, before: str, after: str
) -> None:
    sent = before.encode() + response + after.encode()
    frame = encode_details(details(sent))
    assert sent in frame
    read = decode_details(frame)
    assert bytes(read.response) == response
    assert msgspec.structs.replace(read, response=msgspec.Raw(sent)) == details(sent)


def test_the_header_of_a_frame_is_read() -> None:
    assert read_header(encoded(None)) == Header(SCHEMA, "spotify", "playlist")
    assert read_header(encode_details(details(b"{}"))) == Header(SCHEMA, "spotify", "album")
    with pytest.raises(msgspec.ValidationError):
        decode_snapshot(encode_details(details(b"{}")))
    with pytest.raises(msgspec.ValidationError):
        decode_details(encoded(None))


@pytest.mark.parametrize(
    "frame",
    [
        b' { "schema": "playlake.raw/1", "source": "spotify", "kind": "album" }',
        b'{"kind":"album","source":"spotify","schema":"playlake.raw/1"}',
        b'{"schema":"playlake.raw/1","source":"spot\\u0069fy","kind":"album","x":1}',
    ],
)
def test_the_header_of_a_frame_of_another_writer_is_read(frame: bytes) -> None:
    assert read_header(frame) == Header(SCHEMA, "spotify", "album")


@pytest.mark.parametrize("frame", [b"", b"[]", b'{"source":"spotify"}', b"\xff"])
def test_a_frame_without_a_header_is_refused(frame: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        read_header(frame)


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_frame_of_a_playlist_is_never_passed_over_when_it_is_wanted(
    playlist_id: str, other: str
) -> None:
    head = msgspec.structs.replace(HEAD, playlist_id=playlist_id)
    frame = b"".join(encode_snapshot(head, lambda: None, (), lambda: TAIL))
    assert not names_other_playlist(frame, {playlist_id, other})


def test_frames_of_other_playlists_and_of_details_are_passed_over() -> None:
    frame = encoded(b"{}")
    assert not names_other_playlist(frame, {HEAD.playlist_id})
    assert names_other_playlist(frame, {"another"})
    assert names_other_playlist(encode_details(details(b"{}")), {HEAD.playlist_id})


def test_a_frame_of_another_writer_has_to_be_decoded() -> None:
    frame = b'{"playlist_id": "x", "schema": "playlake.raw/1"}'
    assert not names_other_playlist(frame, {"another"})
    assert not names_other_playlist(b"junk", {"another"})
