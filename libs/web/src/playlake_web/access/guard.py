"""Lets requests in: by a bearer token, or by the session of a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_web.access.sessions import COOKIE, Session, find_session
from playlake_web.access.tokens import Scope
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake_web.access.tokens import Tokens

_BEARER: Final = "bearer "
# For those behind a gateway that keeps the header Authorization for itself, as AWS's does.
TOKEN_HEADER: Final = "x-playlake-token"  # noqa: S105 - the name of a header
# What anybody may ask for: whether the process lives, to sign in and out, and what that is made of.
OPEN: Final = frozenset({"/livez", "/readyz", "/login", "/logout"})
OPEN_PREFIXES: Final = ("/files/", "/login/")
# Programs that read feeds know nothing but an address. So the query of a feed may have a token, but
# only one with the scope feed: an address is kept in more places than a header.
FEED: Final = "feed.atom"
FEED_TOKEN: Final = "token"  # noqa: S105 - the name of a parameter
_FEEDS: Final = re.compile(rf"(/playlists/[^/]+)?/{re.escape(FEED)}")
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sent a request.

    Attributes:
        scope: what they may do.
        session: the session, if it is a browser.
    """

    scope: Scope
    session: Session | None = None


def is_open(path: str) -> bool:
    """Whether anybody may ask for a path."""
    return path in OPEN or path.startswith(OPEN_PREFIXES)


def is_feed(path: str) -> bool:
    """Whether a path is of a feed."""
    return _FEEDS.fullmatch(path) is not None


def feed_bearer(tokens: Tokens, path: str, shown: str) -> Bearer | None:
    """Whoever sent a request with a token in its query; None if that lets nobody in."""
    token = tokens.find(shown) if is_feed(path) else None
    return Bearer(token.scope) if token is not None and token.scope is Scope.FEED else None


def bearer_of(
    tokens: Tokens, headers: Mapping[str, str], cookies: Mapping[str, str], now: datetime
) -> Bearer | None:
    """Whoever sent a request; None if nobody can tell."""
    shown = headers.get("authorization", "")
    own = headers.get(TOKEN_HEADER)
    if own is not None or shown[: len(_BEARER)].lower() == _BEARER:
        token = tokens.find(shown[len(_BEARER) :].strip() if own is None else own.strip())
        return None if token is None else Bearer(token.scope)
    session = find_session(tokens, cookies.get(COOKIE, ""), now)
    return None if session is None else Bearer(session.scope, session)


def check_allowed(bearer: Bearer | None, method: str, path: str) -> Bearer:
    """Check that a request may be answered.

    Raises:
        ProblemError: nobody has signed in, or this bearer may only read.
    """
    if bearer is None:
        raise ProblemError(
            ProblemCode.SIGNED_OUT,
            "send a token as `Authorization: Bearer TOKEN`, or sign in at /login",
        )
    needed = needed_scope(method, path)
    if not bearer.scope.covers(needed):
        raise ProblemError(
            ProblemCode.NOT_ALLOWED, f"this needs a token with the scope {needed}: use one"
        )
    return bearer


def needed_scope(method: str, path: str) -> Scope:
    """The scope that a request needs, unless anybody may send it."""
    if method not in SAFE_METHODS:
        return Scope.OPERATE
    return Scope.FEED if is_feed(path) else Scope.READ


def check_form(bearer: Bearer, form_key: str) -> None:
    """Check that a form of a browser is of a page of its session.

    Raises:
        ProblemError: it is not.
    """
    if bearer.session is not None and not bearer.session.owns(form_key):
        raise ProblemError(ProblemCode.FORGED, "load the page again, and press the button on it")
