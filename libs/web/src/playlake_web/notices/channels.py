"""How a notice reaches a person or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playlake_web.notices.notice import Notice


class NotSentError(Exception):
    """A notice did not arrive; the message is one sentence, without a secret."""


class Channel(Protocol):
    """A way by which notices are sent."""

    @property
    def name(self) -> str:
        """What distinguishes it: what was sent by it is remembered under this name."""

    @property
    def place(self) -> str:
        """Where it leads, for a person; without a secret."""

    def send(self, notice: Notice) -> None:
        """Send a notice.

        Raises:
            NotSentError: it did not arrive, as far as is known.
        """
