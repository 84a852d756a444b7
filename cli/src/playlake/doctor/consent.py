"""Checks the stored credentials: who may read them, and how long they are valid."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from playlake_extractor.public import FileStore, days_left_to_warn_of

if TYPE_CHECKING:
    from datetime import date

    from playlake.doctor.findings import Findings
    from playlake_extractor.public import CredentialStore, StoredCredentials

_CREDENTIALS, _LOGIN = "credentials", "login"
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look_at_file(findings: Findings, store: CredentialStore, location: str) -> None:
    """Check that only the owner may read the file of the credentials."""
    if not isinstance(store, FileStore):
        findings.ok(_CREDENTIALS, f"in {location}")
        return
    mode = stat.S_IMODE(Path(location).stat().st_mode)
    if mode & _FOR_OTHERS:
        text = f"others may read {location} (mode {mode:04o}): chmod 600 {location}"
        findings.problem(_CREDENTIALS, text)
    else:
        findings.ok(_CREDENTIALS, f"in {location}, where only you may read them")


def look_at_age(findings: Findings, stored: StoredCredentials, today: date) -> None:
    """Check how long the refresh token is valid."""
    left = days_left_to_warn_of(stored, today)
    if stored.refresh_token is None:
        findings.warn(
            _LOGIN, "there is no user, and a new app alone reads no items: run `playlake login`"
        )
    elif stored.ends_on is None:
        findings.warn(
            _LOGIN,
            "the day of the consent is not stored, and it ends after six months: run "
            "`playlake login` to know when",
        )
    elif left is None:
        findings.ok(_LOGIN, f"works until {stored.ends_on}")
    elif left == 0:
        findings.problem(_LOGIN, f"ended on {stored.ends_on}: run `playlake login`")
    else:
        findings.warn(_LOGIN, f"ends in {left} days, on {stored.ends_on}: run `playlake login`")
