"""What a doctor says of stored credentials, and that one problem does not end the visit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from playlake.doctor.consent import look_at_age, look_at_file
from playlake.doctor.findings import Findings, Verdict
from playlake.errors import CommandError
from playlake_extractor.sources.spotify.credential_stores import FileStore
from playlake_extractor.sources.spotify.credentials import StoredCredentials

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()


@pytest.mark.parametrize(
    ("authorised_on", "verdict", "text"),
    [
        (date(2026, 6, 22), Verdict.OK, "works until 2026-12-22"),
        (date(2026, 6, 21), Verdict.WARNING, "ends in 30 days, on 2026-12-21: run"),
        (date(2026, 5, 22), Verdict.WARNING, "ends in 1 days, on 2026-11-22: run"),
        (date(2026, 5, 21), Verdict.PROBLEM, "ended on 2026-11-21: run"),
        (None, Verdict.WARNING, "the day of the consent is not stored"),
    ],
)
def test_a_login_is_warned_of_thirty_days_before_it_ends(
    authorised_on: date | None, verdict: Verdict, text: str
) -> None:
    token = "synthetic"  # noqa: S105  nobody's
    stored = StoredCredentials(client_id="x", refresh_token=token, authorised_on=authorised_on)
    findings = Findings()
    look_at_age(findings, stored, TODAY)
    (found,) = findings.all
    assert (found.verdict, found.text[: len(text)]) == (verdict, text)


def test_an_app_without_a_user_is_warned_of() -> None:
    findings = Findings()
    look_at_age(findings, StoredCredentials(client_id="x"), TODAY)
    assert [found.verdict for found in findings.all] == [Verdict.WARNING]
    assert "there is no user" in findings.all[0].text


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [(0o600, Verdict.OK), (0o640, Verdict.PROBLEM), (0o604, Verdict.PROBLEM)],
)
def test_credentials_that_others_may_read_are_a_problem(
    tmp_path: Path, mode: int, verdict: Verdict
) -> None:
    file = tmp_path / "spotify.json"
    FileStore(file).save(StoredCredentials(client_id="x"))
    file.chmod(mode)
    findings = Findings()
    look_at_file(findings, FileStore(file), str(file))
    (found,) = findings.all
    assert found.verdict is verdict
    assert ("chmod 600" in found.text) is (verdict is Verdict.PROBLEM)


def test_a_problem_does_not_end_the_visit() -> None:
    findings = Findings()
    with findings.looking_at("first"):
        raise CommandError("it does not work")
    findings.ok("second", "it does")
    assert [(found.thing, found.verdict, found.text) for found in findings.all] == [
        ("first", Verdict.PROBLEM, "it does not work"),
        ("second", Verdict.OK, "it does"),
    ]
    assert findings.count(Verdict.PROBLEM) == 1
