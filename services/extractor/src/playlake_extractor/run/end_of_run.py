"""What is known of a run when it ends: its line in the log, and its metrics, which say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playlake_contracts.consent import days_left
from playlake_contracts.metrics import Metric
from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import (
    AuthorisationNeededError,
    ReadTooLittleError,
    StopError,
    StoppedEarlyError,
)
from playlake_extractor.run.read_share import outcome_percent, read_percent

if TYPE_CHECKING:
    from datetime import date

    from playlake_contracts.manifest import Manifest


@dataclass(slots=True)
class EndOfRun:
    """What is known of a run when it ends.

    Attributes:
        least_read_percent: the percentage of its playlists that it has to read.
        manifest: its manifest, if it was landed.
        read_before: whether earlier runs read playlists.
        error: what stopped it.
        consent_ends_on: the day on which the user's consent ends, if known.
    """

    least_read_percent: float
    manifest: Manifest | None = None
    read_before: bool = False
    error: BaseException | None = None
    consent_ends_on: date | None = None

    @property
    def outcome(self) -> str:
        """How the run ended, in a word; `failed` is also one that a bug or a signal ended."""
        match self.error:
            case None:
                return "finished"
            case StoppedEarlyError():
                return "partial"
            case AuthorisationNeededError():
                return "refused"
            case ReadTooLittleError():
                return "read_too_little"
        return "failed"

    def line(self) -> dict[str, Any]:
        """The fields of the run's line in the log; what is not known is absent."""
        found: dict[str, Any] = {"outcome": self.outcome}
        if isinstance(self.error, StopError):
            found |= {"code": self.error.code, "reason": str(self.error)}
        elif self.error is not None:  # what it says is for stderr: it may name anything
            found["reason"] = type(self.error).__name__
        return found if self.manifest is None else found | _of_run(self.manifest)

    def metrics(self, today: date) -> dict[Metric, float]:
        """The metrics of the run; one that cannot be known is absent."""
        values: dict[Metric, float] = {Metric.RUNS_FINISHED: 0}
        values |= self._of_error() if self.manifest is None else self._of_manifest(self.manifest)
        if self.consent_ends_on is not None:
            values[Metric.TOKEN_DAYS_LEFT] = days_left(self.consent_ends_on, today)
        return values

    def _of_manifest(self, manifest: Manifest) -> dict[Metric, float]:
        percent = read_percent(manifest, read_before=self.read_before)
        is_enough = percent >= self.least_read_percent
        return {
            Metric.RUNS_FINISHED: int(is_enough),
            Metric.RUNS_READ_TOO_LITTLE: int(not is_enough),
            Metric.RUNS_PARTIAL: int(isinstance(self.error, StoppedEarlyError)),
            Metric.RUNS_REFUSED: 0,
            Metric.PLAYLISTS_FAILED_PERCENT: outcome_percent(manifest, Outcome.FAILED),
            Metric.PLAYLISTS_RATE_LIMITED_PERCENT: outcome_percent(manifest, Outcome.RATE_LIMITED),
        }

    def _of_error(self) -> dict[Metric, float]:
        """What an error says of a run without a manifest."""
        match self.error:
            case AuthorisationNeededError():
                return {Metric.RUNS_REFUSED: 1}
            case ReadTooLittleError():
                return {Metric.RUNS_READ_TOO_LITTLE: 1}
            case StoppedEarlyError():
                return {Metric.RUNS_PARTIAL: 1, Metric.PLAYLISTS_RATE_LIMITED_PERCENT: 100}
        return {}


def _of_run(manifest: Manifest) -> dict[str, Any]:
    """What a manifest says of a run in numbers."""
    return {
        "playlists": manifest.configured,
        "outcomes": {outcome.value: count for outcome, count in manifest.counts().items()},
        "parts": len(manifest.parts),
        "snapshots": sum(part.snapshots for part in manifest.parts),
        "entries": sum(part.entries for part in manifest.parts),
        "bytes": sum(part.bytes for part in manifest.parts),
        "requests": manifest.requests,
        "retries": manifest.retries,
        "waited_seconds": manifest.waited_seconds,
    }
