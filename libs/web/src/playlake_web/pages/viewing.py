"""Who looks at a page, and what they may do on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_web.facts.health import failing

if TYPE_CHECKING:
    from playlake_web.facts.pipeline import Status


@dataclass(frozen=True, slots=True)
class View:
    """A look at a page.

    Attributes:
        status: how the lake is doing.
        may_operate: whether buttons are shown; else the commands.
        form_key: what its forms carry.
        address: the page, to which a form leads back.
        did: the id of the operation that was begun here.
    """

    status: Status
    may_operate: bool
    form_key: str
    address: str
    did: str

    @property
    def key(self) -> str:
        """What the page depends on; neither the time of the look nor counts of a process are."""
        status = self.status.model_dump_json(exclude={"at", "process"})
        wrong = ",".join(each.name for each in failing(self.status))
        minute = f"{self.status.at:%Y-%m-%dT%H:%M}" if wrong or _has_ages(self.status) else ""
        return "\0".join((status, wrong, minute, str(self.may_operate), self.form_key))


def _has_ages(status: Status) -> bool:
    return status.waiting_since is not None or status.dead_since is not None
