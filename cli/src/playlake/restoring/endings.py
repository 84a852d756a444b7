"""How a restore ends that did not finish: one sentence, and the exit status of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake.output.text import safe
from playlake_contracts.errors import ErrorCode
from playlake_extractor.public import (
    AuthorisationNeededError,
    BadRequestError,
    ForbiddenError,
    GoneError,
    PlaylistError,
    StopError,
)
from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from datetime import datetime

    from playlake.invocation import Invocation
    from playlake.restoring.plan import Plan
    from playlake.restoring.record import Progress, Record

ENDING: Final = (PlaylistError, StopError, LakeError)


def closed(here: Invocation, plan: Plan, progress: Progress, until: datetime) -> int:
    """Say that Spotify takes no requests before a time: the exit status."""
    _say(here, "Spotify asked to wait", f"{_so_far(plan, progress)}; {_again(until)}")
    return _status(ErrorCode.STOPPED_EARLY)


def status_of(
    here: Invocation, error: PlaylistError | StopError | LakeError, plan: Plan, record: Record
) -> int:
    """Say why a restore ended and how to go on: the exit status."""
    if isinstance(error, LakeError):
        _say(here, str(error), _again(None))
        return _status(ErrorCode.LANDING_FAILED)
    progress = record.load()
    if isinstance(error, StopError):
        begun = isinstance(error, AuthorisationNeededError) and progress is not None
        _say(here, str(error), _so_far(plan, progress) if begun else "")
        return error.exit_status
    if isinstance(error, BadRequestError):
        _say(here, str(error), "Spotify does not take the new playlist, so give another --name")
        return 1
    if isinstance(error, ForbiddenError):
        _say(here, str(error), _permission(plan, progress))
        return _status(ErrorCode.AUTHORISATION_NEEDED)
    until = max(progress.not_before.values(), default=None) if progress else None
    again = "start over with --anew" if isinstance(error, GoneError) else _again(until)
    _say(here, str(error), f"{_so_far(plan, progress)}; {again}")
    return _status(ErrorCode.STOPPED_EARLY)


def _say(here: Invocation, reason: str, advice: str) -> None:
    here.say(f"playlake: {safe(': '.join(filter(None, (reason, advice))))}")


def _so_far(plan: Plan, progress: Progress | None) -> str:
    if progress is None or progress.playlist_id is None:
        return "no entry was added"
    return f"{progress.added:,} of {len(plan.wanted):,} entries are in the new playlist"


def _again(until: datetime | None) -> str:
    after = "" if until is None else f" after {until:%Y-%m-%d %H:%M} UTC"
    return f"run the same command again{after} to go on"


def _permission(plan: Plan, progress: Progress | None) -> str:
    if progress is None or progress.playlist_id is None or plan.public:
        return (
            "the account that agreed may not make playlists by this app, so nothing was added: "
            "agree to all that Spotify's page asks, and have the account on the app's list of users"
        )
    return (
        f"{_so_far(plan, progress)}; if Spotify shows it on your profile, go on by the same "
        "command with --public, which asks for the scope of such a playlist"
    )


def _status(code: ErrorCode) -> int:
    return code.info.exit_status or 1
