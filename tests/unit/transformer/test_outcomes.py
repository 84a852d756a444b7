"""A manifest becomes the rows of `run_outcomes`, one for each configured playlist."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests.unit.transformer.curated import KEY, RUN, Curated, read_back

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import MANIFEST_TABLES, TABLES
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import InvalidManifestError

MANIFEST_KEY = RawKey.of_manifest("spotify", RUN)
FINISHED = datetime(2026, 11, 21, 6, 2, 3, tzinfo=UTC)

MANIFEST = Manifest(
    source="spotify",
    run_id=str(RUN),
    trigger="schedule",
    extractor_version="0.1.0",
    scheduled_at=RUN.scheduled_at,
    started_at=RUN.scheduled_at,
    finished_at=FINISHED,
    configured=3,
    requests=5,
    playlists=[
        PlaylistOutcome(
            playlist_id="a",
            outcome=Outcome.LANDED,
            name="A",
            snapshot_id="AAAA/+=",
            entries=99,
            total=100,
            complete=False,
            part="part-0000",
            items_changed=True,
        ),
        PlaylistOutcome(
            playlist_id="b", outcome=Outcome.UNCHANGED, unchanged_since="20261120T060000Z-abcdef"
        ),
        PlaylistOutcome(
            playlist_id="c", outcome=Outcome.GONE, code="gone", reason="Spotify answered 404."
        ),
    ],
    parts=[
        PartSummary(
            part="part-0000",
            key=str(KEY),
            snapshots=1,
            entries=99,
            json_bytes=50_000,
            bytes=4_000,
            sha256="0" * 64,
        )
    ],
)
RAW = encode_manifest(MANIFEST)

OF_EVERY_ROW = {
    "source": "spotify",
    "run_id": "20261121T060000Z-k3x2ab",
    "part": "manifest",
    "snapshot_date": "2026-11-21",
    "fetched_at": FINISHED,
    "trigger": "schedule",
}


def test_every_playlist_of_a_run_is_a_row_with_its_outcome() -> None:
    rows = Curated(transform(RAW, MANIFEST_KEY)).rows("run_outcomes")
    nothing = dict.fromkeys(TABLES["run_outcomes"].schema.names)
    assert rows == [
        nothing
        | OF_EVERY_ROW
        | {
            "playlist_id": "a",
            "outcome": "landed",
            "name": "A",
            "snapshot_id": "AAAA/+=",
            "entries": 99,
            "total": 100,
            "is_complete": False,
            "raw_part": "part-0000",
            "items_changed": True,
        },
        nothing
        | OF_EVERY_ROW
        | {
            "playlist_id": "b",
            "outcome": "unchanged",
            "unchanged_since_run_id": "20261120T060000Z-abcdef",
        },
        nothing
        | OF_EVERY_ROW
        | {
            "playlist_id": "c",
            "outcome": "gone",
            "code": "gone",
            "reason": "Spotify answered 404.",
        },
    ]


def test_every_row_of_a_run_has_its_account() -> None:
    of_ada = encode_manifest(msgspec.structs.replace(MANIFEST, account="ada"))
    rows = Curated(transform(of_ada, MANIFEST_KEY)).rows("run_outcomes")
    assert [(row["playlist_id"], row["account"]) for row in rows] == [
        ("a", "ada"),
        ("b", "ada"),
        ("c", "ada"),
    ]


def test_contents_of_which_nothing_else_is_found_are_as_the_manifest_says() -> None:
    rows = Curated(transform(RAW, MANIFEST_KEY)).rows("playlist_daily")
    nothing = dict.fromkeys(TABLES["playlist_daily"].schema.names)
    of_every_row = {name: value for name, value in OF_EVERY_ROW.items() if name in nothing}
    assert rows == [
        nothing
        | of_every_row
        | {
            "playlist_id": "a",
            "entries": 99,
            "contents_run_id": "20261121T060000Z-k3x2ab",
            "contents_part": "part-0000",
            "is_complete": False,
        },
        nothing | of_every_row | {"playlist_id": "b", "contents_run_id": "20261120T060000Z-abcdef"},
    ]


def test_the_files_of_a_manifest_have_exactly_the_columns_of_their_tables() -> None:
    transformed = transform(RAW, MANIFEST_KEY)
    tables = [table.name for table in MANIFEST_TABLES]
    assert [file.key for file in transformed.files] == list(map(MANIFEST_KEY.curated, tables))
    for file in transformed.files:
        found, agreed = read_back(file).schema, TABLES[file.table].schema
        assert [(f.name, f.type, f.nullable) for f in found] == [
            (f.name, f.type, f.nullable) for f in agreed
        ]
    assert (transformed.snapshots, transformed.json_bytes) == (0, len(RAW))
    assert transformed.fetched_at == FINISHED
    assert transformed.rows_quarantined == 0


def test_the_manifest_of_a_run_without_playlists_makes_no_rows() -> None:
    nobody = msgspec.structs.replace(MANIFEST, configured=0, playlists=[], parts=[])
    assert transform(encode_manifest(nobody), MANIFEST_KEY).files == []


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b"20261121T060000Z-k3x2ab", b"20261121T060000Z-other2"),
        (b'"source": "spotify"', b'"source": "import"'),
        (b'"configured": 3', b'"configured": 4'),
        (b'"snapshots": 1', b'"snapshots": 2'),
        (b"playlake.manifest/1", b"playlake.manifest/2"),
        (b'"total": 100', b'"total": 4294967296'),
        (b'"account": null', b'"account": "Ada L."'),
        (b'"finished_at": "2026-11-21T06:02:03Z"', b'"finished_at": "2026-11-21T06:02:03"'),
    ],
)
def test_an_invalid_manifest_is_rejected(true: bytes, false: bytes) -> None:
    assert true in RAW
    with pytest.raises(InvalidManifestError, match=r"manifest\.json"):
        transform(RAW.replace(true, false), MANIFEST_KEY)


def test_the_end_of_a_run_is_taken_in_utc() -> None:
    shifted = RAW.replace(b"2026-11-21T06:02:03Z", b"2026-11-21T08:02:03+02:00")
    assert shifted != RAW
    assert transform(shifted, MANIFEST_KEY).fetched_at.isoformat() == "2026-11-21T06:02:03+00:00"


def test_an_end_that_utc_cannot_hold_is_rejected() -> None:
    outside = RAW.replace(b"2026-11-21T06:02:03Z", b"9999-12-31T23:59:59-14:00")
    assert outside != RAW
    with pytest.raises(InvalidManifestError, match="out of range"):
        transform(outside, MANIFEST_KEY)
