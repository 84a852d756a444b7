"""Accounts: names of the logins with which the runs of a source read it into one lake.

A run has an account, and a playlist has none: whoever reads it, it is one playlist. Runs without a
name are those of the one account that a lake has otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from playlake_contracts.runs import RunId
from playlake_contracts.sources.references import REFERENCES

if TYPE_CHECKING:
    from datetime import datetime

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


def check_account(name: str) -> str:
    """Check the name of an account, and return it unchanged.

    Raises:
        ValueError: it is no such name.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name[:80]!r} is not the name of an account: use up to 32 lower-case letters, digits "
            "and hyphens, and begin with a letter"
        )
    if name in REFERENCES:
        raise ValueError(f"{name} is the name of a source: name the account otherwise")
    return name


def run_id_of(source: str, scheduled_at: datetime, account: str | None) -> RunId:
    """The id of the run of a source, and of an account if it has a name, at a time.

    Runs of several accounts may be scheduled at one time.

    Raises:
        ValueError: the time has no time zone, or a year before 1000.
    """
    return RunId.derive(source, scheduled_at, *([] if account is None else [account]))


def may_be_of(source: str, account: str | None, run_id: RunId) -> bool:
    """Whether a run can be one of an account, by its id.

    The id tells whether it is that of an account with a name. What is not may be of the account
    without one, which also has the runs that import files: their manifests say it.
    """
    return account is None or run_id == run_id_of(source, run_id.scheduled_at, account)
