"""However Spotify behaves, liked songs have one outcome, and the other playlists are read.

The stand-in misbehaves towards the liked songs only, whose 263 songs take seven requests.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from playlake_contracts.keys import RawKey
from playlake_contracts.outcomes import Outcome
from playlake_sandbox import Tier
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.integration.extractor.conftest import Extractor

    from playlake_contracts.manifest import Manifest, PlaylistOutcome

LIKED = "liked-songs"
LANDED = Outcome.LANDED


def run(extractor: Extractor, *faults: dict[str, Any]) -> tuple[PlaylistOutcome, Manifest]:
    """Run on the liked songs and another playlist while faults apply to the first."""
    extractor.faults(*({"path": "/v1/me/tracks", **fault} for fault in faults))
    other = list(extractor.playlists())[4]
    manifest = extractor.run([LIKED, other])
    liked, beside = manifest.playlists
    assert 0 not in extractor.applied()
    assert beside.outcome is LANDED
    return liked, manifest


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 7},
        {"kind": "status", "status": 502, "body": "html", "first": 3},
        {"kind": "status", "status": 401},
        {"kind": "expire_tokens", "first": 3},
        {"kind": "truncated", "first": 4},
        {"kind": "next_foreign", "first": 2},
        {"kind": "next_past_end", "times": None},
        {"kind": "snapshot_changes", "first": 3},
        {"kind": "snapshot_changes", "first": 7},
    ],
    ids=json.dumps,
)
def test_what_mends_itself_is_read_to_its_end(extractor: Extractor, fault: dict[str, Any]) -> None:
    outcome, _ = run(extractor, fault)
    assert (outcome.outcome, outcome.complete) == (LANDED, True)
    assert extractor.snapshots()[LIKED].entries == outcome.total


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ({"kind": "status", "status": 401, "times": 2}, Outcome.FORBIDDEN, "forbidden"),
        ({"kind": "status", "status": 403}, Outcome.FORBIDDEN, "forbidden"),
        ({"kind": "status", "status": 404}, Outcome.GONE, "gone"),
        ({"kind": "html", "times": None}, Outcome.FAILED, "unexpected_response"),
        ({"kind": "next_loop", "first": 2, "times": None}, Outcome.FAILED, "unexpected_response"),
        ({"kind": "next_endless", "times": None}, Outcome.FAILED, "unexpected_response"),
        ({"kind": "snapshot_changes", "times": None}, Outcome.TORN, "torn"),
    ],
    ids=json.dumps,
)
def test_what_does_not_mend_itself_is_their_outcome(
    extractor: Extractor, fault: dict[str, Any], expected: Outcome, code: str
) -> None:
    outcome, _ = run(extractor, fault)
    assert (outcome.outcome, outcome.code, outcome.name) == (expected, code, "Liked Songs")
    assert LIKED not in extractor.snapshots()


def test_a_spent_quota_closes_a_group_of_their_own(extractor: Extractor) -> None:
    quota = {"status": 429, "reason": "QUOTA_EXCEEDED", "retry_after": 86_400}
    outcome, manifest = run(extractor, {"kind": "status", **quota})
    assert outcome.outcome is Outcome.RATE_LIMITED
    assert list(manifest.not_before) == ["library"]


@pytest.mark.parametrize(
    "fault", [{"kind": "short_page", "first": 2}, {"kind": "total_lies", "times": None}]
)
def test_what_is_missing_is_counted_and_read_again(
    extractor: Extractor, fault: dict[str, Any]
) -> None:
    outcome, _ = run(extractor, fault)
    assert (outcome.outcome, outcome.complete) == (LANDED, False)
    assert outcome.entries == 263 - (fault["kind"] == "short_page")


@pytest.mark.parametrize("tier", Tier)
def test_the_transformer_finds_what_the_extractor_counted(
    extractor_of: Callable[..., AbstractContextManager[Extractor]], tier: Tier
) -> None:
    with extractor_of(tier=tier) as extractor:
        outcome, manifest = run(extractor)
        (part,) = manifest.parts
        made = transform(extractor.raw.objects[part.key], RawKey.parse(part.key))
    (file,) = [file for file in made.files if file.table == "playlists"]
    rows = pq.read_table(io.BytesIO(file.body)).to_pylist()
    (liked,) = [row for row in rows if row["playlist_id"] == LIKED]
    assert liked["content_hash"] == outcome.items_sha256
    assert liked["snapshot_id"] == outcome.snapshot_id
    assert (liked["name"], liked["entries"]) == ("Liked Songs", outcome.entries)
