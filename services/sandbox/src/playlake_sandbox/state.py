"""The state of a running sandbox: its clock, tokens, faults, edits and request counts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Self, cast

from fastapi import Depends, Request

from playlake_sandbox.accounts.authorization_codes import AuthorizationCodes
from playlake_sandbox.accounts.token_store import AccessTokens, RefreshTokens
from playlake_sandbox.clock import Clock
from playlake_sandbox.faults.active_rules import ActiveRules
from playlake_sandbox.settings import Settings
from playlake_sandbox.world.history import Contents, contents
from playlake_sandbox.world.library import Library, Playlist
from playlake_sandbox.world.made_playlists import MadePlaylist


@dataclass(slots=True)
class Sandbox:
    """A running sandbox.

    `edits` counts the edits of each playlist id, which come on top of the changes of a day. `made`
    holds the playlists that apps have made, by id.
    """

    settings: Settings
    library: Library
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    codes: AuthorizationCodes
    faults: ActiveRules
    clock: Clock
    requests: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    made: dict[str, MadePlaylist] = field(default_factory=dict)

    @classmethod
    def begin(cls, settings: Settings) -> Self:
        """Returns a sandbox in its initial state."""
        seed = settings.seed
        return cls(
            settings=settings,
            library=_library(settings),
            access_tokens=AccessTokens(seed),
            refresh_tokens=RefreshTokens(seed, settings.refresh_token.get_secret_value()),
            codes=AuthorizationCodes(seed),
            faults=ActiveRules(seed),
            clock=Clock.starting(settings.clock, settings.day_seconds),
        )

    @property
    def today(self) -> date:
        """The date in UTC; everything that is served depends on it."""
        return self.clock.now.date()

    def contents(self, playlist: Playlist, day: date) -> Contents:
        """Returns what a playlist holds on a day, with all edits so far."""
        if isinstance(playlist, MadePlaylist):
            held = playlist.contents
            first = min(self.edits[playlist.id], len(held.slots))
            return held.edited(first)
        return contents(playlist, day).edited(self.edits[playlist.id])

    def find(self, playlist_id: str) -> Playlist | None:
        """Returns the playlist with an id; None if there is none, or if it is editorial."""
        return self.made.get(playlist_id) or self.library.find(playlist_id)


def _library(settings: Settings) -> Library:
    return Library(
        seed=settings.seed,
        extra=settings.playlists,
        largest=settings.largest,
        plain_size=settings.plain_size,
        daily_change_percent=settings.daily_change_percent,
    )


async def current_sandbox(request: Request) -> Sandbox:
    """Returns the sandbox that serves a request."""
    return cast("Sandbox", request.app.state.sandbox)


Current = Annotated[Sandbox, Depends(current_sandbox)]
