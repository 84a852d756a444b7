"""How a lake is doing, for commands: the same facts and the same words as the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from playlake.lakes.folder import FolderLake
from playlake.serving.pipelines import pipeline_of
from playlake.serving.readers import reader_of
from playlake_web.pages.status import status_page
from playlake_web.pages.viewing import View
from playlake_web.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playlake.lakes.lake import Lake
    from playlake_web.facts.health import Health
    from playlake_web.facts.pipeline import Status
    from playlake_web.pages.status import Trouble
    from playlake_web.reader import Reader

# The commands that show what a page of the site does.
_LISTS: Final = {"/dlq": "playlake dlq"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a lake is doing.

    Attributes:
        answer: the sentence that the page begins with.
        evidence: what is safe, or up to when.
        status: the facts, as `GET /status` gives them.
        health: a line a watchdog.
        troubles: what needs a look, the worst first.
    """

    answer: str
    evidence: str
    status: Status
    health: Health
    troubles: Sequence[Trouble]

    @classmethod
    def at(cls, status: Status) -> Look:
        """What the page says of a status."""
        view = View(status, may_operate=False, form_key="", address="", did="")
        said = status_page(view).values
        return cls(said["answer"], said["evidence"], status, said["health"], said["troubles"])


def commands_for(trouble: Trouble) -> str:
    """The commands that do what the buttons and links of the page do about something."""
    found = [] if trouble.button is None else [f"`{trouble.button.command}`"]
    if trouble.link is not None and trouble.link[0] in _LISTS:
        found.append(f"`{_LISTS[trouble.link[0]]}` lists them")
    return ", ".join(found)


def site_over(lake: Lake, say: Callable[[str], None]) -> Site:
    """A site that is served to nobody: the commands look at a lake by it as the page does."""
    return Site(
        reader=_reader(lake),
        is_synthetic=lake.is_synthetic,
        pipeline=pipeline_of(lake, say),
        tokens=None,
        hosts=(),
        is_secure=False,
        clock=lambda: datetime.now(UTC),
    )


def _reader(lake: Lake) -> Reader:
    if isinstance(lake, FolderLake):
        from playlake.serving.folder_queries import FolderQueries  # noqa: PLC0415 - loads DuckDB

        return FolderQueries(lake)
    return reader_of(lake)
