"""Refusals in Spotify's words.

SpotifyError      the Web API refuses: {"error": {"status", "message"}}
AccountsError     the accounts service refuses: {"error", "error_description"}
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
