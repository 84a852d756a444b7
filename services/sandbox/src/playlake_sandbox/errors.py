"""Errors in Spotify's words, and the responses they become.

SpotifyError      of the Web API: {"error": {"status", "message"}}
AccountsError     of the token endpoint: {"error", "error_description"}
AuthorizeError    of the authorize page: plain text, or a redirect to the app
"""

import json
from http import HTTPStatus
from http.client import responses as status_phrases
from math import ceil

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from playlake_sandbox.rooms import Refusal
from playlake_sandbox.spotify_json import JSON_TYPE

_MESSAGES = {401: "The access token expired", 429: "API rate limit exceeded"}


class SpotifyError(Exception):
    """The Web API refuses a request, with a status and a message for people."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(f"{status.value}: {message}")
        self.status = status
        self.message = message


class AccountsError(Exception):
    """The accounts service refuses to issue a token, with a code and a description."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class AuthorizeError(Exception):
    """The authorize request is invalid; `location` is the app's URL for the error, if known."""

    def __init__(self, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location


async def error_response(_: Request, error: Exception) -> Response:
    """Returns the response to a refused request; raises any other error again."""
    match error:
        case AccountsError():
            return accounts_error_response(error)
        case AuthorizeError():
            return _authorize_error_response(error)
        case SpotifyError():
            return web_api_error_response(error.status, error.message)
        case RequestValidationError():
            parameter = error.errors()[0]["loc"][-1]
            return web_api_error_response(HTTPStatus.BAD_REQUEST, f"Invalid {parameter}")
        case HTTPException(status_code=HTTPStatus.NOT_FOUND):
            return web_api_error_response(HTTPStatus.NOT_FOUND, "Service not found")
        case HTTPException():
            return web_api_error_response(error.status_code, HTTPStatus(error.status_code).phrase)
        case _:
            raise error


def refuse_web_api(refusal: Refusal) -> Response:
    """Returns the response with which a fault rule refuses a request of Spotify's."""
    phrase = status_phrases.get(refusal.status, "Unknown error")
    message = refusal.message or _MESSAGES.get(refusal.status, phrase)
    response = web_api_error_response(refusal.status, message, refusal.reason)
    if refusal.wait is not None:
        response.headers["retry-after"] = str(ceil(refusal.wait.total_seconds()))
    return response


def web_api_error_response(status: int, message: str, reason: str | None = None) -> Response:
    """Returns an error of the Web API; `reason` is sent when a quota is used up."""
    error = {"status": int(status), "message": message} | ({"reason": reason} if reason else {})
    # Spotify writes errors without a space before the colon, unlike its other JSON.
    return Response(json.dumps({"error": error}, indent=2), status, media_type=JSON_TYPE)


def accounts_error_response(error: AccountsError) -> Response:
    """Returns an error of the accounts service."""
    body = {"error": error.code, "error_description": error.description}
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, HTTPStatus.BAD_REQUEST.value, media_type=JSON_TYPE)


def _authorize_error_response(error: AuthorizeError) -> Response:
    if error.location is None:
        return PlainTextResponse(error.message, HTTPStatus.BAD_REQUEST.value)
    return RedirectResponse(error.location, HTTPStatus.SEE_OTHER.value)
