"""How every refusal is answered, in the form of the service that refuses."""

import json
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from playlake_sandbox.errors import AccountsError, AuthorizeError, SpotifyError
from playlake_sandbox.responses import JSON_TYPE


async def refuse(_: Request, error: Exception) -> Response:
    """Returns the answer to a refused request; anything else is raised again."""
    match error:
        case AccountsError():
            return accounts_refusal(error)
        case AuthorizeError():
            return _authorize_refusal(error)
        case SpotifyError():
            return web_api_refusal(error.status, error.message)
        case RequestValidationError():
            parameter = error.errors()[0]["loc"][-1]
            return web_api_refusal(HTTPStatus.BAD_REQUEST, f"Invalid {parameter}")
        case HTTPException(status_code=HTTPStatus.NOT_FOUND):
            return web_api_refusal(HTTPStatus.NOT_FOUND, "Service not found")
        case HTTPException():
            return web_api_refusal(error.status_code, HTTPStatus(error.status_code).phrase)
        case _:
            raise error


def web_api_refusal(status: int, message: str, reason: str | None = None) -> Response:
    """Returns the Web API's refusal; `reason` is given for an exhausted quota."""
    told = {"status": int(status), "message": message} | ({"reason": reason} if reason else {})
    # Unlike its other answers, Spotify writes these without a space before the colon.
    return Response(json.dumps({"error": told}, indent=2), status, media_type=JSON_TYPE)


def accounts_refusal(error: AccountsError) -> Response:
    """Returns the accounts service's refusal."""
    body = {"error": error.code, "error_description": error.description}
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, HTTPStatus.BAD_REQUEST.value, media_type=JSON_TYPE)


def _authorize_refusal(error: AuthorizeError) -> Response:
    if error.location is None:
        return PlainTextResponse(error.message, HTTPStatus.BAD_REQUEST.value)
    return RedirectResponse(error.location, HTTPStatus.SEE_OTHER.value)
