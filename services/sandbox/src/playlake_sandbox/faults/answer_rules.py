"""Faults that replace the source's response: error statuses, HTML, empty bodies, refused tokens."""

from datetime import timedelta
from http import HTTPStatus
from http.client import responses as status_phrases
from typing import Annotated, ClassVar, Literal, TypeAlias

from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import Field

from playlake_sandbox.accounts.token_store import revoked_token
from playlake_sandbox.errors import accounts_error_response
from playlake_sandbox.faults.rules import Rule
from playlake_sandbox.rooms import Refusal, Refuse
from playlake_sandbox.spotify_json import JSON_TYPE

_LONGEST_CLOSURE_SECONDS = timedelta(days=366).total_seconds()
_LARGEST_BYTES = 64 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"

HeaderText = Annotated[str, Field(pattern="^([!-~]([ -~]*[!-~])?)?$")]


class AnswerRule(Rule):
    """A fault that replaces the source's response."""


class Status(AnswerRule):
    """Answers with an error status."""

    kind: Literal["status"]
    status: int = Field(ge=400, le=599)
    retry_after: HeaderText | int | float | None = Field(
        default=None, description="Value of the Retry-After header."
    )
    reason: str | None = Field(default=None, description="Such as QUOTA_EXCEEDED.")
    message: str | None = None
    body: Literal["source", "text", "empty", "html"] = "source"


class QuotaUsedUp(AnswerRule):
    """Answers 429 from one request on, until a time of the sandbox's clock has passed.

    The source says in its own way how much real time is left; Spotify in `Retry-After`. `times`
    counts how often the quota is used up, and so does `applied`.
    """

    kind: Literal["quota_used_up"]
    seconds: float = Field(gt=0, le=_LONGEST_CLOSURE_SECONDS)
    reason: str | None = Field(default="QUOTA_EXCEEDED", description="Reason that is sent.")


class Html(AnswerRule):
    """Answers 200 with an HTML page."""

    kind: Literal["html"]


class Empty(AnswerRule):
    """Answers 200 with an empty body."""

    kind: Literal["empty"]


class Oversized(AnswerRule):
    """Answers 200 with as many zero bytes, after the first bytes of a PNG image."""

    kind: Literal["oversized"]
    size_bytes: int = Field(gt=0, le=_LARGEST_BYTES)


class InvalidGrant(AnswerRule):
    """Refuses to issue a token, as if the refresh token had been revoked."""

    touches: ClassVar[str] = "/api/token"

    kind: Literal["invalid_grant"]


StaticFault: TypeAlias = Status | Html | Empty | Oversized | InvalidGrant
AnswerFault: TypeAlias = StaticFault | QuotaUsedUp


def fault_response(rule: StaticFault, refuse: Refuse) -> Response:
    """Returns the response that a rule sends; `refuse` is the source's way to refuse."""
    match rule:
        case Status():
            return _status_response(rule, refuse)
        case Html():
            return HTMLResponse(_PAGE.format("Just a moment..."))
        case Empty():
            return Response(media_type=JSON_TYPE)
        case Oversized():
            return Response(_PNG.ljust(rule.size_bytes, b"\0"), media_type="image/png")
        case InvalidGrant():
            return accounts_error_response(revoked_token())


def closed_response(rule: QuotaUsedUp, wait: timedelta, refuse: Refuse) -> Response:
    """Returns the response to a request that comes before the quota opens again."""
    return refuse(Refusal(HTTPStatus.TOO_MANY_REQUESTS, reason=rule.reason, wait=wait))


def _status_response(rule: Status, refuse: Refuse) -> Response:
    response = _body(rule, refuse)
    response.status_code = rule.status
    if rule.retry_after is not None:
        response.headers["retry-after"] = str(rule.retry_after)
    return response


def _body(rule: Status, refuse: Refuse) -> Response:
    phrase = status_phrases.get(rule.status, "Unknown error")
    match rule.body:
        case "source":
            return refuse(Refusal(rule.status, rule.message, rule.reason))
        case "text":
            return JSONResponse({"error": rule.message or phrase})
        case "empty":
            return Response(media_type=JSON_TYPE)
        case "html":
            return HTMLResponse(_PAGE.format(f"{rule.status} {phrase}"))
