"""Accounts: names of the logins with which the runs of a source read it into one lake.

A run has an account, and a playlist has none: whoever reads it, it is one playlist. Runs without a
name are those of the one account that a lake has otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from datetime import datetime

# What the name of an account looks like. `sources.account_names` says which may be given.
ACCOUNT_NAME: Final = "[a-z][a-z0-9-]{0,31}"


def run_id_of(source: str, scheduled_at: datetime, account: str | None) -> RunId:
    """The id of the run of a source, and of an account if it has a name, at a time.

    Runs of several accounts may be scheduled at one time.

    Raises:
        ValueError: the time has no time zone, or a year before 1000.
    """
    return RunId.derive(source, scheduled_at, *([] if account is None else [account]))


def is_run_of(source: str, account: str | None, run_id: RunId) -> bool:
    """Whether an id is that of a scheduled run of an account."""
    return run_id == run_id_of(source, run_id.scheduled_at, account)


def may_be_of(source: str, account: str | None, run_id: RunId) -> bool:
    """Whether a run can be one of an account, by its id.

    For an account with a name the id says it. Any run may be of the account without a name, because
    imports are too, and their ids are derived from files: only the manifest says it.
    """
    return account is None or is_run_of(source, account, run_id)
