"""Says who is told of an alarm, and that nobody is if nobody is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_infra.settings import Settings


def receiver_warnings(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each notice that would reach nobody; a deployment prints them."""
    if settings.alarm_email is None:
        yield (
            f"nobody is told of an alarm: set alarm_email, or subscribe to the topic "
            f"{settings.name}-alarms"
        )


def receivers(settings: Settings) -> str:
    """Describe who is told of an alarm, for the outputs of the stack."""
    if settings.alarm_email is None:
        return "Nobody is told of an alarm: set alarm_email, or subscribe to this topic"
    return f"Alarms go to {settings.alarm_email}, once the subscription is confirmed"
