"""The reconciler of a simulated transformer, where the service has one.

Only with it may events be dropped, and may a process stop before the crawl that it has promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_transformer import service

if TYPE_CHECKING:
    from collections.abc import Coroutine

IS_THERE: Final = hasattr(service, "_reconciler")
EVERY_SECONDS, GRACE_SECONDS = 300, 120


def settings() -> dict[str, Any]:
    """The settings that only a service with a reconciler has."""
    if not IS_THERE:
        return {}
    return {
        "reconcile_seconds": EVERY_SECONDS,
        "reconcile_grace_seconds": GRACE_SECONDS,
        "reconcile_days": 1,
    }


def passes(*parts: Any) -> list[Coroutine[None, None, None]]:  # noqa: ANN401  of either service
    """What makes the passes: none where there is no reconciler."""
    make = getattr(service, "_reconciler", None)
    return [] if make is None else [make(*parts).run()]
