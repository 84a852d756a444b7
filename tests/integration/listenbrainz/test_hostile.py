"""However ListenBrainz behaves, every playlist has one outcome, and the others are read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import ConfigurationError, ReadTooLittleError, StoppedEarlyError
from playlake_lake.tables import query

if TYPE_CHECKING:
    from tests.integration.listenbrainz.conftest import ListenBrainz

    from playlake_contracts.manifest import Manifest, PlaylistOutcome

LANDED, FAILED, LIMITED = Outcome.LANDED, Outcome.FAILED, Outcome.RATE_LIMITED
STORM = {"kind": "status", "status": 502, "body": "html"}
IMPATIENT = {"source_timeout_seconds": 0.5, "source_answer_seconds": 0.5}


def run(lake: ListenBrainz, fault: dict[str, Any]) -> tuple[PlaylistOutcome, Manifest]:
    """Run on three playlists while a fault applies to one: its outcome, the manifest."""
    ids = lake.ids()
    wanted = [ids["Nothing yet"], ids["Rainy days"], ids["Gone by now"]]
    lake.faults({"path": f"/listenbrainz/1/playlist/{wanted[1]}", **fault})
    if fault["kind"] in {"slow", "hang"}:
        lake.given |= IMPATIENT
    manifest = lake.run(lake.now, wanted)
    assert lake.applied() != [0]
    assert [one.playlist_id for one in manifest.playlists] == wanted
    first, afflicted, last = manifest.playlists
    assert (first.outcome, last.outcome) == (LANDED, Outcome.GONE)
    return afflicted, manifest


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 7},
        {"kind": "status", "status": 429},
        {**STORM, "times": 3},
        {"kind": "status", "status": 503, "body": "empty", "times": 2},
        {"kind": "html", "times": 2},
        {"kind": "empty"},
        {"kind": "truncated"},
        {"kind": "reset", "times": 2},
        {"kind": "slow", "seconds": 1.2},
        {"kind": "hang", "seconds": 0.8},
    ],
    ids=json.dumps,
)
def test_what_mends_itself_is_read_to_its_end(
    listenbrainz: ListenBrainz, fault: dict[str, Any]
) -> None:
    outcome, manifest = run(listenbrainz, fault)
    assert (outcome.outcome, outcome.complete) == (LANDED, True)
    assert manifest.retries >= listenbrainz.applied()[0]


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ({"kind": "status", "status": 403}, Outcome.FORBIDDEN, "forbidden"),
        ({"kind": "status", "status": 404}, Outcome.GONE, "gone"),
        ({"kind": "status", "status": 400}, FAILED, "unexpected_response"),
        ({**STORM, "times": None}, FAILED, "source_unavailable"),
        ({"kind": "html", "times": None}, FAILED, "unexpected_response"),
        ({"kind": "empty", "times": None}, FAILED, "unexpected_response"),
        ({"kind": "truncated", "times": None}, FAILED, "source_unavailable"),
        ({"kind": "reset", "times": None}, FAILED, "source_unavailable"),
    ],
    ids=json.dumps,
)
def test_what_does_not_mend_itself_is_that_playlists_outcome(
    listenbrainz: ListenBrainz, fault: dict[str, Any], expected: Outcome, code: str
) -> None:
    outcome, _ = run(listenbrainz, fault)
    assert (outcome.outcome, outcome.code) == (expected, code)
    assert outcome.reason is not None


def test_a_used_up_limit_ends_the_run_early_and_is_remembered(listenbrainz: ListenBrainz) -> None:
    ids = listenbrainz.ids()
    wanted = [ids["Nothing yet"], ids["Rainy days"], ids["Road songs"]]
    listenbrainz.faults(
        {"kind": "quota_used_up", "seconds": 7200, "first": 2, "path": "/listenbrainz/*"}
    )
    manifest = listenbrainz.run(listenbrainz.now, wanted)
    assert [one.outcome for one in manifest.playlists] == [LANDED, LIMITED, LIMITED]
    asked = listenbrainz.requests()
    soon = listenbrainz.now + timedelta(minutes=30)
    manifest = listenbrainz.run(soon, wanted)
    assert {one.outcome for one in manifest.playlists} == {LIMITED}
    assert listenbrainz.requests() == asked
    listenbrainz.faults()
    manifest = listenbrainz.run(soon + timedelta(hours=2), wanted)
    assert [one.outcome for one in manifest.playlists[1:]] == [LANDED, LANDED]


def test_an_edit_between_the_list_and_the_playlist_is_read_as_it_is(
    listenbrainz: ListenBrainz,
) -> None:
    rainy = listenbrainz.ids()["Rainy days"]
    listenbrainz.faults({"kind": "snapshot_changes", "path": f"/listenbrainz/1/playlist/{rainy}"})
    manifest = listenbrainz.run(listenbrainz.now)
    outcomes = {one.playlist_id: one for one in manifest.playlists}
    sent = json.loads(listenbrainz.sent(rainy))["playlist"]
    extension = sent["extension"]["https://musicbrainz.org/doc/jspf#playlist"]
    assert outcomes[rainy].outcome is LANDED
    assert outcomes[rainy].snapshot_id == extension["last_modified_at"]
    assert outcomes[rainy].entries == len(sent["track"])


@pytest.mark.parametrize("fault", [STORM, {"kind": "html"}, {"kind": "reset"}], ids=json.dumps)
def test_a_list_that_cannot_be_read_is_that_of_the_last_run(
    listenbrainz: ListenBrainz, fault: dict[str, Any]
) -> None:
    path = "/listenbrainz/1/user/*"
    listenbrainz.faults({"path": path, **fault, "times": None})
    with pytest.raises(ReadTooLittleError, match="playlists cannot be listed now"):
        listenbrainz.run(listenbrainz.now)
    listenbrainz.faults()
    first = listenbrainz.run(listenbrainz.now + timedelta(hours=1))
    listenbrainz.faults({"path": path, **fault, "times": None})
    later = listenbrainz.run(listenbrainz.now + timedelta(days=1))
    assert [one.playlist_id for one in later.playlists] == [
        one.playlist_id for one in first.playlists
    ]


def test_a_limit_before_the_first_list_stops_the_run_early(listenbrainz: ListenBrainz) -> None:
    listenbrainz.faults({"kind": "quota_used_up", "seconds": 7200})
    with pytest.raises(StoppedEarlyError, match="asks to wait 7200 s"):
        listenbrainz.run(listenbrainz.now)


def test_an_unknown_user_is_a_wrong_setting(listenbrainz: ListenBrainz) -> None:
    listenbrainz.given = {"listenbrainz_user": "nobody"}
    with pytest.raises(ConfigurationError, match="knows no user 'nobody'"):
        listenbrainz.run(listenbrainz.now)


def test_a_token_reads_private_playlists_of_its_user(listenbrainz: ListenBrainz) -> None:
    private = listenbrainz.ids()["Für mich allein"]
    manifest = listenbrainz.run(listenbrainz.now, [private])
    assert [one.outcome for one in manifest.playlists] == [Outcome.GONE]
    listenbrainz.given = {"listenbrainz_token": "sandbox-user-token"}
    manifest = listenbrainz.run(listenbrainz.now + timedelta(days=1))
    assert private in {one.playlist_id for one in manifest.playlists if one.outcome is LANDED}
    sql = f"select is_public from playlists where playlist_id = '{private}'"
    assert query(listenbrainz.folder, sql).rows == [(False,)]


def test_a_run_that_is_started_again_asks_for_nothing_that_was_landed(
    listenbrainz: ListenBrainz,
) -> None:
    listenbrainz.run(listenbrainz.now)
    asked = listenbrainz.requests()
    manifest = listenbrainz.run(listenbrainz.now)
    assert {one.outcome for one in manifest.playlists} == {LANDED}
    assert listenbrainz.requests() == asked
