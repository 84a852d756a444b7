"""The answers that are given in the place of Spotify's."""

from http.client import responses

from fastapi.responses import HTMLResponse, JSONResponse, Response

from playlake_sandbox.accounts.refreshing import revoked
from playlake_sandbox.faults.kinds import AnswerFault, Empty, Html, InvalidGrant, Status
from playlake_sandbox.refusals import accounts_refusal, web_api_refusal
from playlake_sandbox.responses import JSON_TYPE

_MESSAGES = {401: "The access token expired", 429: "API rate limit exceeded"}
_PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"


def instead(rule: AnswerFault) -> Response:
    """Returns what a rule answers."""
    match rule:
        case Status():
            return _failure(rule)
        case Html():
            return HTMLResponse(_PAGE.format("Just a moment..."))
        case Empty():
            return Response(media_type=JSON_TYPE)
        case InvalidGrant():
            return accounts_refusal(revoked())


def _failure(rule: Status) -> Response:
    response = _body(rule)
    response.status_code = rule.status
    if rule.retry_after is not None:
        response.headers["retry-after"] = str(rule.retry_after)
    return response


def _body(rule: Status) -> Response:
    phrase = responses.get(rule.status, "Unknown error")
    message = rule.message or _MESSAGES.get(rule.status, phrase)
    match rule.body:
        case "spotify":
            return web_api_refusal(rule.status, message, rule.reason)
        case "text":
            return JSONResponse({"error": message})
        case "empty":
            return Response(media_type=JSON_TYPE)
        case "html":
            return HTMLResponse(_PAGE.format(f"{rule.status} {phrase}"))
