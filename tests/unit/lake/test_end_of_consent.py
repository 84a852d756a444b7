"""The end of a login is what the newest run says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest

from playlake_contracts.accounts import run_id_of
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, encode_manifest
from playlake_contracts.runs import RunId
from playlake_lake.delivery import end_of_consent

FIRST = datetime(2026, 11, 20, 6, tzinfo=UTC)
ENDS_ON = date(2027, 5, 1)


def landed(
    day: int,
    ends_on: date | None,
    trigger: Literal["schedule", "import"] = "schedule",
    source: str = "spotify",
    account: str | None = None,
) -> tuple[RawKey, bytes]:
    """The manifest of a run that began so many days later."""
    at = FIRST + timedelta(days=day)
    run_id = run_id_of(source, at, account)
    manifest = Manifest(
        source=source,
        run_id=str(run_id),
        trigger=trigger,
        extractor_version="0.0-test",
        scheduled_at=at,
        started_at=at,
        finished_at=at,
        configured=0,
        requests=0,
        playlists=[],
        parts=[],
        consent_ends_on=ends_on,
        account=account,
    )
    return RawKey.of_manifest(source, run_id), encode_manifest(manifest)


PART = RawKey.of_part("spotify", RunId.derive("spotify", FIRST + timedelta(days=9)), 0)
UNREADABLE = (landed(9, None)[0], b"synthetic junk")


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ([], None),
        ([landed(0, ENDS_ON)], ENDS_ON),
        ([landed(1, ENDS_ON), landed(0, date(2026, 12, 1))], ENDS_ON),
        ([landed(0, ENDS_ON), landed(1, None)], None),  # a run with the app's own token
        ([landed(0, ENDS_ON), landed(1, None, "import")], ENDS_ON),
        ([landed(0, ENDS_ON), UNREADABLE], ENDS_ON),
        ([landed(0, ENDS_ON), landed(1, None, source="toy")], ENDS_ON),
        ([landed(0, date(2027, 6, 1)), landed(1, ENDS_ON, source="toy")], ENDS_ON),
        ([landed(1, date(2027, 6, 1), source="toy"), landed(0, ENDS_ON)], ENDS_ON),
        ([landed(1, date(2027, 6, 1), account="ada"), landed(0, ENDS_ON)], ENDS_ON),
        ([landed(1, None, account="ada"), landed(0, ENDS_ON, account="ada")], None),
    ],
)
def test_the_newest_run_with_a_login_says_when_it_ends(
    manifests: list[tuple[RawKey, bytes]], expected: date | None
) -> None:
    bodies = {str(key): body for key, body in manifests}
    assert end_of_consent([PART, *(key for key, _ in manifests)], bodies.__getitem__) == expected


def test_frequent_runs_of_one_account_do_not_hide_those_of_another() -> None:
    later = date(2027, 6, 1)
    manifests = [
        landed(0, ENDS_ON, account="bo"),
        landed(1, later, source="toy"),
        *(landed(day, later) for day in range(2, 30)),
        *(landed(day, later, account="ada") for day in range(2, 30)),
    ]
    bodies = {str(key): body for key, body in manifests}
    read: list[str] = []

    def reading(key: str) -> bytes:
        read.append(key)
        return bodies[key]

    assert end_of_consent([key for key, _ in manifests], reading) == ENDS_ON
    assert len(read) == len(["", "ada", "toy", "bo"])


def test_few_manifests_are_read_however_many_there_are() -> None:
    manifests = [landed(day, ENDS_ON, "import") for day in range(50)]
    bodies = {str(key): body for key, body in manifests}
    read: list[str] = []

    def reading(key: str) -> bytes:
        read.append(key)
        return bodies[key]

    assert end_of_consent(iter([key for key, _ in manifests]), reading) is None
    assert len(read) == 10
    assert read[0] == str(manifests[-1][0])
