import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from playlake_contracts.manifest import (
    DetailsCounts,
    Manifest,
    PartSummary,
    PlaylistOutcome,
    check_manifest,
    decode_manifest,
    encode_manifest,
)
from playlake_contracts.outcomes import Outcome

STARTED = datetime(2026, 11, 21, 6, tzinfo=UTC)


def landed(playlist_id: str, part: str | None) -> PlaylistOutcome:
    return PlaylistOutcome(playlist_id=playlist_id, outcome=Outcome.LANDED, part=part, entries=100)


def other(playlist_id: str, outcome: Outcome) -> PlaylistOutcome:
    return PlaylistOutcome(playlist_id=playlist_id, outcome=outcome)


def part(name: str, snapshots: int) -> PartSummary:
    return PartSummary(
        part=name,
        key=f"raw/source=spotify/snapshot_date=2026-11-21/run=20261121T060000Z-k3x2ab/{name}",
        snapshots=snapshots,
        entries=100 * snapshots,
        json_bytes=40_000,
        bytes=3_000,
        sha256="0" * 64,
    )


SOUND = Manifest(
    source="spotify",
    run_id="20261121T060000Z-k3x2ab",
    trigger="schedule",
    extractor_version="0.1.0",
    scheduled_at=STARTED,
    started_at=STARTED,
    finished_at=STARTED + timedelta(seconds=90),
    configured=5,
    requests=12,
    playlists=[
        landed("a", "part-0000"),
        landed("b", "part-0000"),
        landed("c", "part-0001"),
        other("d", Outcome.UNCHANGED),
        other("e", Outcome.GONE),
    ],
    parts=[part("part-0000", 2), part("part-0001", 1)],
)


def changed(**changes: Any) -> Manifest:  # noqa: ANN401 - fields of any type
    return msgspec.structs.replace(SOUND, **changes)


def test_a_manifest_is_read_back_unchanged() -> None:
    assert decode_manifest(encode_manifest(SOUND)) == SOUND


def test_a_manifest_is_json_that_people_can_read() -> None:
    text = encode_manifest(SOUND).decode()
    assert text.endswith("}\n")
    assert '\n  "run_id": "20261121T060000Z-k3x2ab",\n' in text
    assert json.loads(text)["playlists"][4] == {"playlist_id": "e", "outcome": "gone"}


def test_outcomes_are_counted_in_their_order_without_zeros() -> None:
    assert list(SOUND.counts().items()) == [
        (Outcome.LANDED, 3),
        (Outcome.UNCHANGED, 1),
        (Outcome.GONE, 1),
    ]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_meaning(outcome: Outcome) -> None:
    assert outcome.meaning.endswith(".")
    assert msgspec.convert(outcome.value, Outcome) is outcome


def test_only_landed_and_unchanged_playlists_are_successes() -> None:
    successes = [outcome for outcome in Outcome if outcome.is_success]
    assert successes == [Outcome.LANDED, Outcome.UNCHANGED]


def test_a_manifest_without_playlists_is_valid() -> None:
    check_manifest(changed(configured=0, playlists=[], parts=[]))


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(changed(configured=6), id="a playlist without an outcome"),
        pytest.param(changed(configured=4), id="an outcome too many"),
        pytest.param(
            changed(playlists=[*SOUND.playlists[:4], other("d", Outcome.GONE)]),
            id="a playlist with two outcomes, another with none",
        ),
        pytest.param(
            changed(configured=6, playlists=[*SOUND.playlists, other("e", Outcome.FAILED)]),
            id="a playlist counted twice",
        ),
    ],
)
def test_every_configured_playlist_has_exactly_one_outcome(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match="playlists configured"):
        check_manifest(manifest)


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(changed(parts=[part("part-0000", 2)]), id="a part not listed"),
        pytest.param(changed(parts=[]), id="no part listed"),
        pytest.param(
            changed(parts=[part("part-0000", 3), part("part-0001", 1)]), id="a snapshot too many"
        ),
        pytest.param(
            changed(parts=[part("part-0000", 1), part("part-0001", 1)]), id="a snapshot too few"
        ),
        pytest.param(
            changed(parts=[part("part-0000", 1), part("part-0001", 2)]), id="the wrong part"
        ),
        pytest.param(changed(parts=[*SOUND.parts, part("part-0002", 0)]), id="an empty part"),
        pytest.param(changed(parts=[*SOUND.parts, SOUND.parts[0]]), id="a part listed twice"),
        pytest.param(
            changed(playlists=[landed("a", None), *SOUND.playlists[1:]]), id="landed in no part"
        ),
        pytest.param(
            changed(playlists=[other("a", Outcome.TORN), *SOUND.playlists[1:]]),
            id="a snapshot that nobody landed",
        ),
    ],
)
def test_every_landed_playlist_is_counted_by_its_part(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match="playlists landed by part"):
        check_manifest(manifest)


def enriched(landed: int, *parts: PartSummary) -> Manifest:
    details = DetailsCounts(artists=landed, albums=1, refused=3, left=7)
    return changed(details=details, parts=[*SOUND.parts, *parts])


def of_details(name: str, details: int, *, snapshots: int = 0) -> PartSummary:
    return msgspec.structs.replace(part(name, snapshots), details=details)


def test_landed_details_are_in_parts_of_their_own() -> None:
    manifest = enriched(4, of_details("part-0002", 3), of_details("part-0003", 2))
    assert decode_manifest(encode_manifest(manifest)) == manifest


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(enriched(4), id="in no part"),
        pytest.param(enriched(4, of_details("part-0002", 4)), id="too few"),
        pytest.param(enriched(4, of_details("part-0002", 6)), id="too many"),
        pytest.param(
            changed(parts=[*SOUND.parts, of_details("part-0002", 1)]), id="that nobody landed"
        ),
    ],
)
def test_landed_details_equal_the_details_in_the_parts(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match="held by its parts"):
        check_manifest(manifest)


def test_the_entries_of_the_playlists_equal_those_of_the_parts() -> None:
    fewer = msgspec.structs.replace(SOUND.playlists[0], entries=99)
    with pytest.raises(ValueError, match="299 entries of playlists landed, 300 held"):
        check_manifest(changed(playlists=[fewer, *SOUND.playlists[1:]]))


def test_a_part_holds_snapshots_or_details() -> None:
    both = of_details("part-0001", 5, snapshots=1)
    details = DetailsCounts(artists=5, albums=0, refused=0, left=0)
    with pytest.raises(ValueError, match="playlists landed by part"):
        check_manifest(changed(details=details, parts=[SOUND.parts[0], both]))


def test_a_manifest_that_does_not_add_up_is_neither_written_nor_read() -> None:
    unsound = changed(configured=6)
    with pytest.raises(ValueError, match="6 playlists configured"):
        encode_manifest(unsound)
    with pytest.raises(ValueError, match="6 playlists configured"):
        decode_manifest(msgspec.json.encode(unsound))


def test_a_manifest_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"manifest schema 'playlake\.manifest/2'"):
        decode_manifest(msgspec.json.encode(changed(schema="playlake.manifest/2")))


@pytest.mark.parametrize(
    ("sound", "unsound"),
    [
        ('"outcome":"gone"', '"outcome":"eaten"'),
        ('"trigger":"schedule"', '"trigger":"whim"'),
        ('"started_at":"2026-11-21T06:00:00Z"', '"started_at":"2026-11-21T06:00:00"'),
        ('"outcome":"gone"', '"outcome":"gone","total":2147483648'),
        ('"outcome":"gone"', '"outcome":"gone","entries":"5"'),
        ('"parts":', '"shares":'),
    ],
)
def test_a_field_of_the_wrong_type_is_refused(sound: str, unsound: str) -> None:
    text = msgspec.json.encode(SOUND).decode()
    assert sound in text
    with pytest.raises(msgspec.ValidationError):
        decode_manifest(text.replace(sound, unsound).encode())


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"junk", b"\xff\xfe"])
def test_bytes_that_are_not_a_manifest_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec words these
        decode_manifest(raw)
