"""Errors in the words of Google's APIs: https://developers.google.com/youtube/v3/docs/errors."""

from collections.abc import Mapping
from http import HTTPStatus
from http.client import responses as status_phrases
from types import MappingProxyType
from typing import Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.rooms import Refusal
from playlake_sandbox.sources.youtube.objects import written

JSON_TYPE: Final = "application/json; charset=UTF-8"
_REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {400: "badRequest", 401: "unauthorized", 403: "forbidden", 404: "playlistNotFound"}
)
_OF_KEYS: Final = "API_KEY_INVALID"
_QUOTA_MESSAGE: Final = (
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/'
    'getting-started#quota">quota</a>.'
)


class YoutubeError(Exception):
    """The API refuses a request, with a status, a reason and a message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


def quota_exceeded() -> YoutubeError:
    """Returns the error of a day whose units are spent."""
    return YoutubeError(HTTPStatus.FORBIDDEN.value, "quotaExceeded", _QUOTA_MESSAGE)


def invalid_key() -> YoutubeError:
    """Returns the error of a key that is none."""
    message = "API key not valid. Please pass a valid API key."
    return YoutubeError(HTTPStatus.BAD_REQUEST.value, _OF_KEYS, message)


async def error_response(_: Request, error: Exception) -> Response:
    """Returns the response to a refused request; raises any other error again."""
    match error:
        case YoutubeError():
            return _response(error)
        case RequestValidationError():
            parameter = error.errors()[0]["loc"][-1]
            message = f"Invalid value for the parameter {parameter}"
            return _response(YoutubeError(HTTPStatus.BAD_REQUEST.value, "badRequest", message))
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return _response(YoutubeError(error.status_code, "notFound", phrase))
        case _:
            raise error


def refuse(refusal: Refusal) -> Response:
    """Returns the response with which a fault rule refuses a request."""
    if refusal.wait is not None:  # YouTube does not say how long
        return _response(quota_exceeded())
    reason = refusal.reason or _REASONS.get(refusal.status, "backendError")
    message = refusal.message or status_phrases.get(refusal.status, "Unknown error")
    return _response(YoutubeError(refusal.status, reason, message))


def _response(error: YoutubeError) -> Response:
    is_of_keys = error.reason == _OF_KEYS
    reason = "badRequest" if is_of_keys else error.reason
    domain = "youtube.quota" if reason == "quotaExceeded" else "global"
    body = {
        "error": {
            "code": error.status,
            "message": error.message,
            "errors": [{"message": error.message, "domain": domain, "reason": reason}],
        }
    }
    if is_of_keys:
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": _OF_KEYS}
        body["error"] |= {"status": "INVALID_ARGUMENT", "details": [info]}
    return Response(written(body), error.status, media_type=JSON_TYPE)
