"""Decides whether a run has read enough of its playlists to count as finished."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import ReadTooLittleError, StoppedEarlyError

if TYPE_CHECKING:
    from playlake_contracts.manifest import Manifest

_ALL = 100.0


def outcome_percent(manifest: Manifest, outcome: Outcome) -> float:
    """The percentage of a run's playlists with an outcome; 0 if the run has no playlist."""
    return _percent(manifest.counts().get(outcome, 0), manifest.configured, of_none=0)


def read_percent(manifest: Manifest, *, read_before: bool) -> float:
    """The percentage of a run's playlists that were landed or are unchanged.

    A user may have no playlist yet, so a run without any has read all of them. But a list that is
    empty although earlier runs read playlists is a fault, or another user is logged in: then it
    has read none.

    Args:
        manifest: the run's manifest.
        read_before: whether earlier runs read playlists.
    """
    return _percent(_read(manifest), manifest.configured, of_none=0 if read_before else _ALL)


def check_read(manifest: Manifest, least_percent: float, *, read_before: bool) -> None:
    """Check that a run has read its playlists.

    Args:
        manifest: the run's manifest.
        least_percent: the percentage of its playlists that it has to read.
        read_before: whether earlier runs read playlists.

    Raises:
        StoppedEarlyError: it left playlists to the next run, and read enough of the others.
        ReadTooLittleError: it read too little, and not only because of what it left.
    """
    left = manifest.counts().get(Outcome.RATE_LIMITED, 0)
    of_none = _ALL if left else read_percent(manifest, read_before=read_before)
    if _percent(_read(manifest), manifest.configured - left, of_none=of_none) < least_percent:
        raise ReadTooLittleError(_too_little(manifest, least_percent))
    if left:
        raise StoppedEarlyError(
            f"{left} of {manifest.configured} playlists could not be read now and are left to the "
            "next run: the manifest has the reasons"
        )


def _read(manifest: Manifest) -> int:
    return sum(count for outcome, count in manifest.counts().items() if outcome.is_success)


def _percent(part: int, whole: int, *, of_none: float) -> float:
    return _ALL * part / whole if whole else of_none


def _too_little(manifest: Manifest, least_percent: float) -> str:
    if not manifest.playlists:
        return (
            "the user's list of playlists is empty, but earlier runs read some: see by `playlake "
            "doctor` who is logged in, or set PLAYLAKE_LEAST_READ_PERCENT=0 if there are none left"
        )
    unread = [one for one in manifest.playlists if not one.outcome.is_success]
    ((outcome, count),) = Counter(one.outcome for one in unread).most_common(1)
    reason = next(one.reason for one in unread if one.outcome is outcome)
    return (
        f"{_read(manifest)} of {manifest.configured} playlists were read, and "
        f"PLAYLAKE_LEAST_READ_PERCENT asks for {least_percent:g} %; {count} are "
        f"`{outcome}`, for instance because: {reason}"
    )
