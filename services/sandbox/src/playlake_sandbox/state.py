"""What changes while the sandbox runs: its clock, the tokens it issued, the requests it counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Self, cast

from fastapi import Depends, Request

from playlake_sandbox.grants import Grants
from playlake_sandbox.settings import Settings
from playlake_sandbox.world.playlists import Library


@dataclass(slots=True)
class Sandbox:
    """A running sandbox; `now` stands still until it is moved."""

    settings: Settings
    library: Library
    grants: Grants
    now: datetime
    requests: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begin(cls, settings: Settings) -> Self:
        """Returns a sandbox as it is when it starts."""
        return cls(
            settings=settings,
            library=Library(settings.seed, settings.playlists, settings.largest),
            grants=Grants(settings.seed),
            now=settings.clock,
        )

    @property
    def today(self) -> date:
        """The date in UTC, on which everything shown depends."""
        return self.now.date()


async def current(request: Request) -> Sandbox:
    """Returns the sandbox that serves a request."""
    return cast("Sandbox", request.app.state.sandbox)


Current = Annotated[Sandbox, Depends(current)]
