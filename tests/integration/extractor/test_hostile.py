"""However Spotify behaves, every playlist has one outcome, and the others are read.

The stand-in misbehaves towards the largest playlist only, whose 215 items take five requests.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import AuthorisationNeededError
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.run.state import decode_state
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup

if TYPE_CHECKING:
    from tests.integration.extractor.conftest import Extractor

    from playlake_contracts.manifest import Manifest, PlaylistOutcome

LANDED, FAILED, LIMITED = Outcome.LANDED, Outcome.FAILED, Outcome.RATE_LIMITED
DAY = 86_400
IMPATIENT = timedelta(seconds=0.5)
STORM = {"kind": "status", "status": 502, "body": "html"}
QUOTA = {"kind": "status", "status": 429, "reason": "QUOTA_EXCEEDED", "retry_after": DAY}


def largest_of(extractor: Extractor) -> str:
    sizes = {one: playlist["size"] for one, playlist in extractor.playlists().items()}
    return max(sizes, key=sizes.__getitem__)


def run(extractor: Extractor, fault: dict[str, Any]) -> tuple[PlaylistOutcome, Manifest]:
    """Run on four playlists while a fault applies to the largest: its outcome, the manifest."""
    afflicted = largest_of(extractor)
    extractor.faults({"path": f"/v1/playlists/{afflicted}*", **fault})
    if fault["kind"] in {"slow", "hang"}:
        extractor.timeout = IMPATIENT
    ids = list(extractor.playlists())
    wanted = [ids[4], afflicted, *ids[9:11]]
    manifest = extractor.run(wanted)
    assert extractor.applied() != [0]
    assert [playlist.playlist_id for playlist in manifest.playlists] == wanted
    outcomes = {playlist.playlist_id: playlist for playlist in manifest.playlists}
    others = [outcomes[one].outcome for one in wanted if one != afflicted]
    assert others == [LANDED, Outcome.GONE, LANDED]
    return outcomes[afflicted], manifest


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 7},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 429, "retry_after": 0, "first": 3, "times": 2},
        {"kind": "status", "status": 401, "first": 2},
        {"kind": "expire_tokens", "first": 3},
        {**STORM, "times": 3},
        {**STORM, "body": "empty", "first": 2, "times": 3},
        {"kind": "status", "status": 500, "body": "text", "first": 2},
        {"kind": "html", "times": 2},
        {"kind": "empty", "first": 2},
        {"kind": "truncated", "first": 1},
        {"kind": "truncated", "first": 4, "times": 2},
        {"kind": "slow", "seconds": 1.5, "first": 2},
        {"kind": "hang", "seconds": 0.8, "first": 2},
        {"kind": "reset", "first": 3, "times": 3},
        {"kind": "snapshot_changes", "first": 2},
        {"kind": "snapshot_changes", "first": 3, "times": 1},
    ],
    ids=json.dumps,
)
def test_what_mends_itself_is_read_to_its_end(extractor: Extractor, fault: dict[str, Any]) -> None:
    outcome, manifest = run(extractor, fault)
    assert (outcome.outcome, outcome.complete) == (LANDED, True)
    assert extractor.snapshots()[outcome.playlist_id].entries == outcome.total
    if fault["kind"] != "snapshot_changes":
        assert manifest.retries >= extractor.applied()[0]


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ({"kind": "status", "status": 403}, Outcome.FORBIDDEN, "forbidden"),
        ({"kind": "status", "status": 403, "first": 3}, Outcome.FORBIDDEN, "forbidden"),
        ({"kind": "status", "status": 404}, Outcome.GONE, "gone"),
        ({"kind": "status", "status": 404, "first": 2}, Outcome.GONE, "gone"),
        ({"kind": "status", "status": 400}, FAILED, "unexpected_response"),
        ({"kind": "status", "status": 403, "body": "text"}, Outcome.FORBIDDEN, "forbidden"),
        ({**STORM, "times": None}, FAILED, "source_unavailable"),
        ({**STORM, "times": None, "first": 3}, FAILED, "source_unavailable"),
        ({"kind": "html", "times": None}, FAILED, "unexpected_response"),
        ({"kind": "empty", "times": None}, FAILED, "unexpected_response"),
        ({"kind": "truncated", "times": None}, FAILED, "source_unavailable"),
        ({"kind": "reset", "times": None, "first": 2}, FAILED, "source_unavailable"),
        ({"kind": "next_loop", "first": 2, "times": None}, FAILED, "unexpected_response"),
        ({"kind": "next_endless", "first": 2, "times": None}, FAILED, "unexpected_response"),
        ({"kind": "next_foreign", "first": 2}, FAILED, "unexpected_response"),
        ({"kind": "snapshot_changes", "times": None}, Outcome.TORN, "torn"),
    ],
    ids=json.dumps,
)
def test_what_does_not_mend_itself_is_that_playlists_outcome(
    extractor: Extractor, fault: dict[str, Any], expected: Outcome, code: str
) -> None:
    outcome, _ = run(extractor, fault)
    assert (outcome.outcome, outcome.code) == (expected, code)
    assert outcome.reason is not None
    assert outcome.playlist_id not in extractor.snapshots()


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        ({"kind": "short_page", "entries": 3}, 3),
        ({"kind": "short_page", "entries": 50, "first": 2}, 50),
        ({"kind": "short_page", "entries": 1, "first": 4, "times": None}, 1),
    ],
    ids=json.dumps,
)
def test_a_short_page_is_not_the_last_and_missing_entries_are_counted(
    extractor: Extractor, fault: dict[str, Any], missing: int
) -> None:
    outcome, _ = run(extractor, fault)
    assert (outcome.outcome, outcome.complete) == (LANDED, False)
    assert outcome.total is not None
    assert outcome.entries is not None
    assert outcome.total - outcome.entries >= missing


@pytest.mark.parametrize("by", [-9, 4])
def test_a_wrong_total_is_reported_and_nothing_is_dropped(extractor: Extractor, by: int) -> None:
    true = extractor.playlists()[largest_of(extractor)]["size"]
    outcome, _ = run(extractor, {"kind": "total_lies", "by": by, "times": None})
    assert (outcome.entries, outcome.total, outcome.complete) == (true, true + by, False)


@pytest.mark.parametrize("fault", [QUOTA, {**QUOTA, "reason": None}], ids=json.dumps)
def test_a_spent_quota_of_pages_leaves_what_needs_none_to_be_read(
    extractor: Extractor, fault: dict[str, Any]
) -> None:
    extractor.faults({**fault, "path": "*/items"})
    manifest = extractor.run(list(extractor.playlists()))

    for playlist in manifest.playlists:
        size = extractor.playlists()[playlist.playlist_id]["size"]
        assert (playlist.outcome is LIMITED) == (size > 100), size
    assert extractor.applied() == [1]
    assert manifest.waited_seconds == 0
    assert decode_state(extractor.state.stored.body).not_before == {  # type: ignore[union-attr]
        QuotaGroup.ITEMS: extractor.now + timedelta(seconds=DAY)
    }


def test_a_spent_quota_ends_the_asking_and_the_next_start_honours_it(extractor: Extractor) -> None:
    ids = list(extractor.playlists())
    extractor.faults({**QUOTA, "path": f"/v1/playlists/{ids[3]}"})
    first = extractor.run(ids)
    assert first.counts() == {LANDED: 3, LIMITED: 9}
    assert first.playlists[-1].outcome is LIMITED

    extractor.faults()
    extractor.now += timedelta(hours=23)
    second = extractor.run(ids)
    assert second.requests == 0
    assert second.counts() == {LIMITED: 12}

    extractor.now += timedelta(hours=2)
    extractor.raw.objects.clear()
    assert extractor.run(ids).counts() == {LANDED: 11, Outcome.GONE: 1}


def test_a_budget_ends_the_asking_and_every_playlist_is_accounted_for(extractor: Extractor) -> None:
    extractor.budget = RetryBudget(request_budget=9)
    manifest = extractor.run(list(extractor.playlists()))
    assert manifest.requests == 9
    assert sum(manifest.counts().values()) == 12
    assert {p.code for p in manifest.playlists if p.outcome is LIMITED} == {"budget_spent"}


def test_a_revoked_consent_ends_the_run_at_once(extractor: Extractor) -> None:
    extractor.faults({"kind": "invalid_grant", "times": None})
    with pytest.raises(AuthorisationNeededError, match="log in again by `playlake login`"):
        extractor.run(list(extractor.playlists()))
    assert extractor.raw.objects == {}


def test_a_rotated_refresh_token_is_handed_over_and_used(extractor: Extractor) -> None:
    extractor.faults(
        {"kind": "rotate_refresh_token"}, {"kind": "expire_tokens", "path": "/v1/*", "first": 4}
    )
    manifest = extractor.run(list(extractor.playlists()))
    assert manifest.counts() == {LANDED: 11, Outcome.GONE: 1}
    assert len(extractor.rotated) == 1
    assert extractor.rotated[0] != "sandbox-refresh-token"


def test_an_answer_without_a_refresh_token_keeps_the_old(extractor: Extractor) -> None:
    extractor.faults({"kind": "expire_tokens", "path": "/v1/*", "first": 4})
    extractor.run(list(extractor.playlists()))
    assert extractor.rotated == []


@pytest.mark.parametrize(
    "fault",
    [{**STORM, "times": None}, {"kind": "reset", "times": None}, {**QUOTA, "times": None}],
    ids=json.dumps,
)
def test_a_token_endpoint_that_is_down_is_every_playlists_outcome(
    extractor: Extractor, fault: dict[str, Any]
) -> None:
    extractor.faults({"path": "/api/token", **fault})
    manifest = extractor.run(list(extractor.playlists()))
    assert manifest.requests == 0
    assert sum(manifest.counts().values()) == 12
    assert LANDED not in manifest.counts()


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_everything_leaves_no_playlist_without_an_outcome(
    extractor: Extractor, seed: int
) -> None:
    often = {"times": None, "probability": 0.12 + 0.04 * seed, "path": "/v1/*"}
    extractor.faults(
        {**STORM, **often},
        {"kind": "reset", **often},
        {"kind": "truncated", **often},
        {"kind": "html", **often},
        {"kind": "status", "status": 429, "retry_after": 2, **often},
        {"kind": "short_page", **often},
        {"kind": "snapshot_changes", "times": None, "probability": 0.05},
    )
    manifest = extractor.run(list(extractor.playlists()))
    assert [p.playlist_id for p in manifest.playlists] == list(extractor.playlists())
    landed = {p.playlist_id for p in manifest.playlists if p.outcome is LANDED}
    assert set(extractor.snapshots()) == landed


def test_every_byte_of_a_read_that_was_troubled_is_what_spotify_sent(extractor: Extractor) -> None:
    afflicted = largest_of(extractor)
    extractor.run([afflicted])
    untroubled = extractor.snapshots()[afflicted]
    extractor.raw.objects.clear()
    extractor.faults(
        {"kind": "truncated", "first": 2, "path": "/v1/*"},
        {"kind": "html", "first": 4, "path": "/v1/*"},
    )
    extractor.run([afflicted], extractor.now + timedelta(days=1))

    troubled = extractor.snapshots()[afflicted]
    assert bytes(troubled.playlist) == bytes(untroubled.playlist)
    assert [bytes(page) for page in troubled.pages] == [bytes(page) for page in untroubled.pages]
