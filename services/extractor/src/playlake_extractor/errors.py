"""The extractor's errors: those that stop the run, and those that are one playlist's outcome.

PlaylakeError
├── StopError                        ends the process with the exit status of its code
│   ├── ConfigurationError           78  a setting is missing or wrong
│   ├── AuthorisationNeededError     77  the source refused the credentials
│   │   ├── TokenRefusedError            it refused an access token; a new one may serve
│   │   └── RotationLostError            its new refresh token could not be stored
│   ├── StoppedEarlyError            75  some playlists are left to the next run
│   ├── ReadTooLittleError           69  too few of the run's playlists could be read
│   ├── RunOverdueError              69  no run has finished for too long
│   ├── RunTakenError                75  another extractor carries out the same run
│   └── LandingFailedError           74  the lake did not take or give an object
└── PlaylistError                    becomes the playlist's outcome; the others go on
    ├── ForbiddenError
    ├── GoneError
    ├── NotReadableError
    ├── RateLimitedError
    ├── BudgetSpentError
    ├── TornError
    ├── PlaylistTooLargeError
    ├── SourceUnavailableError
    └── UnexpectedResponseError
        ├── GarbledResponseError         the body is not JSON; the next one may be
        └── BadRequestError              it answered 400: the request is at fault
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.errors import ErrorCode, PlaylakeError

if TYPE_CHECKING:
    from datetime import timedelta

    from playlake_contracts.outcomes import Outcome


class StopError(PlaylakeError):
    """Ends the run. Its message is one sentence: what is wrong and what to do."""

    @property
    def exit_status(self) -> int:
        """The status that the process ends with, never 0."""
        return self.info.exit_status or 1


class ConfigurationError(StopError):
    """A setting is missing, wrong or unknown."""

    code = ErrorCode.INVALID_CONFIGURATION


class AuthorisationNeededError(StopError):
    """The source refused the credentials; retrying cannot help."""

    code = ErrorCode.AUTHORISATION_NEEDED


class TokenRefusedError(AuthorisationNeededError):
    """The source refused an access token; a new one may be accepted."""


class RotationLostError(AuthorisationNeededError):
    """The source replaced the refresh token, and the new one could not be stored."""


class StoppedEarlyError(StopError):
    """Some of the run's playlists, or the list of them, could not be read now."""

    code = ErrorCode.STOPPED_EARLY


class ReadTooLittleError(StopError):
    """The run read fewer of its playlists than it has to."""

    code = ErrorCode.READ_TOO_LITTLE


class RunOverdueError(StopError):
    """No run has finished for longer than it may take."""

    code = ErrorCode.RUN_OVERDUE


class RunTakenError(StopError):
    """Another extractor landed an object of this run, so it carries out the run."""

    code = ErrorCode.RUN_TAKEN


class LandingFailedError(StopError):
    """S3 or the lake's folder did not accept or return an object, or did not answer."""

    code = ErrorCode.LANDING_FAILED


class PlaylistError(PlaylakeError):
    """Ends the reading of one playlist. Its message is the outcome's reason."""

    def __init_subclass__(cls) -> None:
        """Refuse a subclass whose code names no outcome, when it is defined."""
        super().__init_subclass__()
        if cls.code.info.outcome is None:
            raise TypeError(f"the code {cls.code} of {cls.__name__} names no outcome")

    @property
    def outcome(self) -> Outcome:
        """The playlist's outcome."""
        outcome = self.info.outcome
        if outcome is None:
            raise TypeError(f"the code {self.code} names no outcome")
        return outcome


class ForbiddenError(PlaylistError):
    """The source answered 403."""

    code = ErrorCode.FORBIDDEN


class GoneError(PlaylistError):
    """The source answered 404."""

    code = ErrorCode.GONE


class NotReadableError(PlaylistError):
    """The source sent the playlist without its items."""

    code = ErrorCode.NOT_READABLE


class RateLimitedError(PlaylistError):
    """The source answered 429.

    Attributes:
        retry_after: how long the source asks to wait, if it does.
        quota_exceeded: whether a quota is spent, so that a short wait does not help.
    """

    code = ErrorCode.RATE_LIMITED

    def __init__(
        self, message: str, retry_after: timedelta | None = None, *, quota_exceeded: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.quota_exceeded = quota_exceeded


class BudgetSpentError(PlaylistError):
    """The run's budget of requests is spent, or too small for the playlist."""

    code = ErrorCode.BUDGET_SPENT


class TornError(PlaylistError):
    """The playlist changed while its pages were read; another attempt may succeed."""

    code = ErrorCode.TORN


class PlaylistTooLargeError(PlaylistError):
    """The playlist is over a limit of entries or bytes."""

    code = ErrorCode.PLAYLIST_TOO_LARGE


class SourceUnavailableError(PlaylistError):
    """The source did not answer, or answered 5xx."""

    code = ErrorCode.SOURCE_UNAVAILABLE


class UnexpectedResponseError(PlaylistError):
    """The response does not match the source's documentation."""

    code = ErrorCode.UNEXPECTED_RESPONSE


class GarbledResponseError(UnexpectedResponseError):
    """The status is a success, but the body is not JSON."""


class BadRequestError(UnexpectedResponseError):
    """The source answered 400: it carried nothing out, and would not another time."""
