"""Problems: what is answered instead of what was asked for (RFC 9457)."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Self

from playlake_web.facts.fact import Fact

MEDIA_TYPE = "application/problem+json"


class ProblemCode(StrEnum):
    """The codes of problems. A released code is never renamed.

    Attributes:
        status: the HTTP status.
        summary: what it is about, in a few words.
    """

    status: HTTPStatus
    summary: str

    def __new__(cls, value: str, status: HTTPStatus, summary: str) -> Self:
        """Create a member from its value, its status and its summary."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.status = status
        member.summary = summary
        return member

    BAD_REQUEST = "bad_request", HTTPStatus.BAD_REQUEST, "The request cannot be understood"
    BAD_CURSOR = "bad_cursor", HTTPStatus.BAD_REQUEST, "The cursor is not one of this list"
    BAD_MOMENT = "bad_moment", HTTPStatus.BAD_REQUEST, "The time cannot be understood"
    SIGNED_OUT = "signed_out", HTTPStatus.UNAUTHORIZED, "Nobody is signed in"
    NOT_ALLOWED = "not_allowed", HTTPStatus.FORBIDDEN, "This token may not do that"
    FORGED = "forged", HTTPStatus.FORBIDDEN, "The form is not of this page"
    UNKNOWN_HOST = "unknown_host", HTTPStatus.MISDIRECTED_REQUEST, "The host is not known"
    NOT_FOUND = "not_found", HTTPStatus.NOT_FOUND, "There is no such page"
    NO_SUCH_RUN = "no_such_run", HTTPStatus.NOT_FOUND, "There is no such run"
    NO_SUCH_PART = "no_such_part", HTTPStatus.NOT_FOUND, "There is no such part"
    NO_SUCH_PLAYLIST = "no_such_playlist", HTTPStatus.NOT_FOUND, "There is no such playlist"
    NO_SUCH_SONG = "no_such_song", HTTPStatus.NOT_FOUND, "No playlist ever held this song"
    NO_SUCH_ARTIST = (
        "no_such_artist",
        HTTPStatus.NOT_FOUND,
        "No playlist ever held a song of this artist",
    )
    BEFORE_HISTORY = "before_history", HTTPStatus.NOT_FOUND, "History begins later"
    METHOD_NOT_ALLOWED = (
        "method_not_allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "The address does not take this method",
    )
    BUSY = "busy", HTTPStatus.CONFLICT, "Another operation has not ended"
    NOTHING_TO_DO = "nothing_to_do", HTTPStatus.CONFLICT, "There is nothing to do"
    NO_SUCH_OPERATION = (
        "no_such_operation",
        HTTPStatus.NOT_FOUND,
        "This lake has no such operation",
    )
    OPERATION_FAILED = (
        "operation_failed",
        HTTPStatus.BAD_GATEWAY,
        "What was asked for could not be done",
    )
    TOO_LARGE = "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"
    HEADER_TOO_LARGE = (
        "header_too_large",
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The headers are too large",
    )
    LAKE_UNREADABLE = (
        "lake_unreadable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The lake cannot be read now",
    )
    INTERNAL = "internal", HTTPStatus.INTERNAL_SERVER_ERROR, "Playlake has failed"


class Problem(Fact):
    """Why a request was not answered."""

    type: str
    """A text that identifies the kind of problem: `urn:playlake:problem:` and the code."""
    code: ProblemCode
    """The stable code."""
    title: str
    """The kind of problem in a few words."""
    status: int
    """The HTTP status."""
    detail: str
    """What is wrong, and what to do."""
    request_id: str
    """The id of the request, as logs have it."""


class ProblemError(Exception):
    """Ends a request. Its message is the problem's detail."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code

    def problem(self, request_id: str) -> Problem:
        """The problem that is answered."""
        return Problem(
            type=f"urn:playlake:problem:{self.code}",
            code=self.code,
            title=self.code.summary,
            status=self.code.status,
            detail=str(self),
            request_id=request_id,
        )
