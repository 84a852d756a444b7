"""What a fault changes in the sandbox itself, from one request on."""

from starlette.types import Scope

from playlake_sandbox.accounts.token_endpoint import ROTATES
from playlake_sandbox.faults.kinds import (
    ExpireTokens,
    RotateRefreshToken,
    SnapshotChanges,
    StateFault,
)
from playlake_sandbox.state import Sandbox


def change(rule: StateFault, sandbox: Sandbox, scope: Scope) -> None:
    """Changes what a rule changes, before the request is served."""
    match rule:
        case SnapshotChanges():
            sandbox.edits[_playlist_id(scope["path"])] += 1
        case ExpireTokens():
            sandbox.grants.expire()
        case RotateRefreshToken():
            scope.setdefault("state", {})[ROTATES] = True


def _playlist_id(path: str) -> str:
    return path.removeprefix("/v1/playlists/").partition("/")[0]
