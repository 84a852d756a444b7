"""What changes while the sandbox runs: clock, tokens, faults, and the requests it counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Self, cast

from fastapi import Depends, Request

from playlake_sandbox.accounts.permissions import Grants
from playlake_sandbox.accounts.refreshing import RefreshTokens
from playlake_sandbox.accounts.token_store import Codes
from playlake_sandbox.faults.active_rules import Faults
from playlake_sandbox.settings import Settings
from playlake_sandbox.world.history import Contents, contents
from playlake_sandbox.world.library import Library, Playlist


@dataclass(slots=True)
class Sandbox:
    """A running sandbox; `now` stands still until it is moved.

    `edits` counts, by playlist id, the changes that are no part of the day.
    """

    settings: Settings
    library: Library
    grants: Grants
    refresh_tokens: RefreshTokens
    codes: Codes
    faults: Faults
    now: datetime
    requests: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begin(cls, settings: Settings) -> Self:
        """Returns a sandbox as it is when it starts."""
        seed = settings.seed
        return cls(
            settings=settings,
            library=_library(settings),
            grants=Grants(seed),
            refresh_tokens=RefreshTokens(seed, settings.refresh_token.get_secret_value()),
            codes=Codes(seed),
            faults=Faults(seed),
            now=settings.clock,
        )

    @property
    def today(self) -> date:
        """The date in UTC, on which everything shown depends."""
        return self.now.date()

    def contents(self, playlist: Playlist) -> Contents:
        """Returns what a playlist holds now."""
        return contents(playlist, self.today).edited(self.edits[playlist.id])


def _library(settings: Settings) -> Library:
    return Library(
        seed=settings.seed,
        extra=settings.playlists,
        largest=settings.largest,
        plain_size=settings.plain_size,
        daily_change_percent=settings.daily_change_percent,
    )


async def current(request: Request) -> Sandbox:
    """Returns the sandbox that serves a request."""
    return cast("Sandbox", request.app.state.sandbox)


Current = Annotated[Sandbox, Depends(current)]
