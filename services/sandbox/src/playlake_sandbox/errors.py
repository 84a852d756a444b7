"""Refusals in Spotify's words.

SpotifyError      the Web API refuses: {"error": {"status", "message"}}
AccountsError     the accounts service refuses: {"error", "error_description"}
AuthorizeError    the page that asks the user refuses: plain text, or back to the app
"""

from http import HTTPStatus


class SpotifyError(Exception):
    """The Web API's refusal of a request, with a message for people."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(f"{status.value}: {message}")
        self.status = status
        self.message = message


class AccountsError(Exception):
    """The accounts service's refusal to issue a token: a code, and what is wrong."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class AuthorizeError(Exception):
    """The refusal to ask the user; `location` is where the app is told, if that is known."""

    def __init__(self, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
