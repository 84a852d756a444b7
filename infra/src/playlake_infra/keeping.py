"""The settings of how long snapshots are kept, and what they have to agree with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from playlake_contracts.retention import FOREVER, MOST_DAYS, KeptDays, check_interval
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY
from playlake_infra.schedule_expression import OFF

if TYPE_CHECKING:
    from playlake_infra.settings import Settings


def _check_keep(keep: object) -> object:
    # A boolean is an int in Python, and no number of days.
    if keep == FOREVER or (type(keep) is int and 1 <= keep <= MOST_DAYS):
        return keep
    raise ValueError(f"write a number of days from 1 to {MOST_DAYS}, or {FOREVER!r}")


KeepDays = Annotated[
    int | Literal["forever"],
    BeforeValidator(_check_keep),
    Field(
        description="Days for which the snapshots of the source are kept, raw objects and rows of "
        "all tables alike, or `forever`."
    ),
]
KEEP_FOREVER: Final = FOREVER


def kept_days(settings: Settings) -> KeptDays:
    """How long each source that is read is kept."""
    given = {SPOTIFY: settings.keep_days}
    given |= {source.name: source.keep_days for source in settings.sources.chosen}
    return KeptDays({source: _days(keep) for source, keep in given.items()})


def check_keeping(settings: Settings) -> None:
    """Check that what is kept for days agrees with the other settings.

    Raises:
        ValueError: it does not; the message says what to set.
    """
    kept = kept_days(settings)
    of_spotify = [(SPOTIFY, runs) for runs in (settings, *settings.accounts.values())]
    for source, runs in [*of_spotify, *settings.sources.by_name.items()]:
        check_interval(source, kept.of(source), settings.refresh_after_days, runs.interval)
    if settings.retention == OFF and any(days is not None for days in kept.chosen.values()):
        raise ValueError("keep_days needs retention, which removes what is older: set its schedule")
    days, raw = kept.of(SPOTIFY), settings.raw_expiry_days
    if days is not None and raw is not None and raw > days:
        raise ValueError(
            f"raw_expiry_days is {raw}, but raw objects go after keep_days, {days}, as well: make "
            "it smaller, or remove it"
        )


def _days(keep: int | str) -> int | None:
    return keep if isinstance(keep, int) else None
