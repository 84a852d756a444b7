"""How every refusal is answered, in the form of the service that refuses."""

import json
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.errors import AccountsError, SpotifyError
from playlake_sandbox.responses import JSON_TYPE


async def refuse(_: Request, error: Exception) -> Response:
    """Returns the answer to a refused request; anything else is raised again."""
    match error:
        case AccountsError():
            return _accounts_refusal(error)
        case SpotifyError():
            return _web_api_refusal(error.status, error.message)
        case RequestValidationError():
            parameter = error.errors()[0]["loc"][-1]
            return _web_api_refusal(HTTPStatus.BAD_REQUEST, f"Invalid {parameter}")
        case HTTPException(status_code=HTTPStatus.NOT_FOUND):
            return _web_api_refusal(HTTPStatus.NOT_FOUND, "Service not found")
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return _web_api_refusal(status, status.phrase)
        case _:
            raise error


def _web_api_refusal(status: HTTPStatus, message: str) -> Response:
    # Unlike its other answers, Spotify writes these without a space before the colon.
    body = json.dumps({"error": {"status": status.value, "message": message}}, indent=2)
    return Response(body, status.value, media_type=JSON_TYPE)


def _accounts_refusal(error: AccountsError) -> Response:
    body = {"error": error.code, "error_description": error.description}
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, HTTPStatus.BAD_REQUEST.value, media_type=JSON_TYPE)
