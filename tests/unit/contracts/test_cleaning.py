"""Raw objects without what was erased: frames go whole, users go out of frames, the rest stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pytest

from playlake_contracts.cleaning import PartNow, clean_manifest, clean_part, clean_response
from playlake_contracts.erased import NOTHING, Erased, Kind, Tombstone
from playlake_contracts.manifest import (
    Manifest,
    PartSummary,
    PlaylistOutcome,
    decode_manifest,
    encode_manifest,
)
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import (
    Head,
    RawDetails,
    Tail,
    compress_frame,
    decode_snapshot,
    encode_details,
    encode_snapshot,
    read_frames,
)

RAW = msgspec.Raw(b"{}")
AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
RUN = "20261121T060000Z-wrjkwl"
PLAYLIST = Erased((Tombstone.of("spotify", Kind.PLAYLIST, "two"),))
USER = Erased((Tombstone.of("spotify", Kind.USER, "ada"),))


def frame(playlist_id: str, by: str = "bob") -> bytes:
    head = Head(
        source="spotify", playlist_id=playlist_id, run_id=RUN, fetched_at=AT, snapshot_id=None
    )
    page = json.dumps({"items": [{"added_by": {"id": by}}]}).encode()
    tail = Tail(api="items", entries=1, complete=True)
    return b"".join(compress_frame(encode_snapshot(head, lambda: b'{"a":1}', [page], lambda: tail)))


def details() -> bytes:
    found = RawDetails(
        source="spotify",
        kind="artist",
        id="two",
        run_id=RUN,
        fetched_at=AT,
        response=RAW,
    )
    return b"".join(compress_frame([encode_details(found)]))


def test_a_frame_of_an_erased_playlist_goes_and_the_others_stay_byte_for_byte() -> None:
    body = frame("one") + frame("two") + details() + frame("three")
    found = clean_part(body, "spotify", PLAYLIST)
    assert found.body == frame("one") + details() + frame("three")
    assert (found.left_out, found.redacted) == (1, 0)


def test_a_user_goes_out_of_the_frames_that_have_him_and_their_tails_stay() -> None:
    found = clean_part(frame("one") + frame("two", "ada"), "spotify", USER)
    assert found.body is not None
    assert found.body.startswith(frame("one"))
    (_, clean) = read_frames(found.body)
    assert b"ada" not in clean
    assert decode_snapshot(clean).tail == Tail(api="items", entries=1, complete=True)
    assert (found.left_out, found.redacted) == (0, 1)


def test_what_is_clean_is_the_same_object_and_cleaning_again_changes_nothing() -> None:
    body = frame("one") + details()
    for erased in (NOTHING, USER, PLAYLIST):
        assert clean_part(body, "spotify", erased).body is body
    once = clean_part(body + frame("two", "ada"), "spotify", USER).body or b""
    assert clean_part(once, "spotify", USER).body is once
    response = b'{"owner": {"id": "ada"}}'
    assert clean_response(response, "toy", USER) is response


def test_a_part_of_nothing_else_has_nothing_left() -> None:
    assert clean_part(frame("two"), "spotify", PLAYLIST).body is None


def test_a_part_that_is_damaged_is_refused() -> None:
    with pytest.raises(ValueError, match="cut short"):
        clean_part(frame("one")[:-3], "spotify", PLAYLIST)


def outcome(playlist_id: str, part: str, entries: int = 1) -> PlaylistOutcome:
    return PlaylistOutcome(
        playlist_id=playlist_id, outcome=Outcome.LANDED, part=part, entries=entries, complete=True
    )


def summary(part: str, snapshots: int, entries: int) -> PartSummary:
    return PartSummary(
        part=part,
        key=f"raw/{part}",
        snapshots=snapshots,
        entries=entries,
        json_bytes=10,
        bytes=5,
        sha256="before",
    )


def manifest(playlists: list[PlaylistOutcome], parts: list[PartSummary]) -> bytes:
    return encode_manifest(
        Manifest(
            source="spotify",
            run_id=RUN,
            trigger="schedule",
            extractor_version="0.0-test",
            scheduled_at=AT,
            started_at=AT,
            finished_at=AT,
            configured=len(playlists),
            requests=0,
            playlists=playlists,
            parts=parts,
        )
    )


def test_a_manifest_loses_the_outcome_and_its_sums_follow() -> None:
    gone = PlaylistOutcome(playlist_id="four", outcome=Outcome.GONE)
    body = manifest(
        [outcome("one", "part-0000", 3), outcome("two", "part-0000", 4), gone],
        [summary("part-0000", 2, 7)],
    )
    part = frame("one")
    found = clean_manifest(body, "spotify", PLAYLIST, {"part-0000": PartNow.of(part)})
    after = decode_manifest(found)
    assert [each.playlist_id for each in after.playlists] == ["one", "four"]
    assert after.configured == 2
    (now,) = after.parts
    assert (now.snapshots, now.entries, now.bytes) == (1, 3, len(part))
    assert now.json_bytes == sum(map(len, read_frames(part)))
    assert now.sha256 == sha256(part).hexdigest()
    assert b"two" not in found


def test_a_part_that_is_gone_leaves_the_manifest_and_a_run_without_playlists_is_valid() -> None:
    body = manifest([outcome("two", "part-0000")], [summary("part-0000", 1, 1)])
    after = decode_manifest(clean_manifest(body, "spotify", PLAYLIST, {"part-0000": None}))
    assert (after.configured, after.playlists, after.parts) == (0, [], [])


def test_a_manifest_without_it_is_the_same_object() -> None:
    body = manifest([outcome("one", "part-0000")], [summary("part-0000", 1, 1)])
    assert clean_manifest(body, "spotify", PLAYLIST, {}) is body
    assert clean_manifest(body, "youtube", PLAYLIST, {}) is body
