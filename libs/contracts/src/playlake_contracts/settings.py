"""The rule for settings that all services follow: a setting nobody reads is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PREFIX = "PLAYLAKE_"


def unknown_settings(environment: Iterable[str], known: Collection[str]) -> list[str]:
    """The names in an environment that look like settings of ours and are none, sorted.

    A misspelt optional setting would otherwise be ignored in silence. The stand-in Spotify's
    own `PLAYLAKE_SANDBOX_` names are left to it.

    Args:
        environment: names of environment variables, `os.environ`.
        known: the settings' field names, in lower case and without the prefix.
    """
    allowed = {f"{PREFIX}{name}".upper() for name in known}
    ours = {name for name in environment if name.upper().startswith(PREFIX)}
    return sorted(
        name
        for name in ours
        if name.upper() not in allowed and not name.upper().startswith(f"{PREFIX}SANDBOX_")
    )
