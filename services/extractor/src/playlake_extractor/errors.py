"""The extractor's errors: those that stop the run, and those that are one playlist's outcome.

PlaylakeError
├── StopError                        ends the process with the exit status of its code
│   ├── ConfigurationError           78  a setting is missing or wrong
│   ├── AuthorisationNeededError     77  Spotify refused the credentials
│   └── LandingFailedError           74  S3 did not take, or does not give back, a raw object
└── PlaylistError                    becomes the playlist's outcome; the others go on
    ├── ForbiddenError
    ├── GoneError
    ├── NotReadableError
    ├── RateLimitedError
    ├── SpotifyUnavailableError
    └── UnexpectedResponseError
"""

from __future__ import annotations

from playlake_contracts.errors import ErrorCode, PlaylakeError


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
    """Spotify refused the credentials; trying again cannot help."""

    code = ErrorCode.AUTHORISATION_NEEDED


class LandingFailedError(StopError):
    """S3 did not take a raw object, or does not give back one that was landed before."""

    code = ErrorCode.LANDING_FAILED


class PlaylistError(PlaylakeError):
    """Ends the reading of one playlist. Its message is the outcome's reason."""


class ForbiddenError(PlaylistError):
    """Spotify answered 403."""

    code = ErrorCode.FORBIDDEN


class GoneError(PlaylistError):
    """Spotify answered 404."""

    code = ErrorCode.GONE


class NotReadableError(PlaylistError):
    """Spotify sent the playlist without its items."""

    code = ErrorCode.NOT_READABLE


class RateLimitedError(PlaylistError):
    """Spotify answered 429."""

    code = ErrorCode.RATE_LIMITED


class SpotifyUnavailableError(PlaylistError):
    """Spotify did not answer, or answered 5xx."""

    code = ErrorCode.SPOTIFY_UNAVAILABLE


class UnexpectedResponseError(PlaylistError):
    """Spotify's answer is not what its documentation says."""

    code = ErrorCode.UNEXPECTED_RESPONSE
