"""Faults that change the state of the sandbox, from one request on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from playlake_sandbox.faults.rules import Rule

if TYPE_CHECKING:
    from starlette.types import Scope

    from playlake_sandbox.state import Sandbox

_PLAYLIST = re.compile("/playlists?/(?P<id>[^/]+)")

ROTATES = "rotates_refresh_token"
"""Set in a request's state, so that the token endpoint replaces the refresh token."""


class StateRule(Rule):
    """A fault that changes what a source serves, from this request on."""


class SnapshotChanges(StateRule):
    """Somebody edits the playlist: it has another version, and its first entry is gone."""

    touches: ClassVar[str] = "*/playlist*/*"

    kind: Literal["snapshot_changes"]


class RotateRefreshToken(StateRule):
    """A refresh returns a new refresh token; the old one is refused from then on."""

    touches: ClassVar[str] = "/api/token"

    kind: Literal["rotate_refresh_token"]


class ExpireTokens(StateRule):
    """Every access token issued so far expires."""

    kind: Literal["expire_tokens"]


StateFault: TypeAlias = SnapshotChanges | RotateRefreshToken | ExpireTokens


def change_state(rule: StateFault, sandbox: Sandbox, scope: Scope) -> None:
    """Changes the state as the rule says, before the request is served."""
    match rule:
        case SnapshotChanges():
            sandbox.edits[_playlist_id(scope["path"])] += 1
        case ExpireTokens():
            sandbox.access_tokens.expire_all()
        case RotateRefreshToken():
            scope.setdefault("state", {})[ROTATES] = True


def _playlist_id(path: str) -> str:
    """The playlist in a path such as `/v1/playlists/{id}/items`, of any source."""
    named = _PLAYLIST.search(path)
    return named["id"] if named else ""
