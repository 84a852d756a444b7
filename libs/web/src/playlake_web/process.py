"""What the page and the API need of the transformer in whose process they are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_contracts.samples import Sample
    from playlake_web.facts.process import ProcessState, Watchdog


class Process(Protocol):
    """A transformer. Its methods return at once, and any thread may call them."""

    def alive(self) -> Watchdog:
        """Whether it gets on; if not, whoever started it replaces it."""

    def ready(self) -> Watchdog:
        """Whether it takes work."""

    def samples(self) -> Iterable[Sample]:
        """What it measures of itself, for /metrics."""

    def state(self) -> ProcessState:
        """What it has done since it started."""
