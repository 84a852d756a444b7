"""Checks of settings that depend on today's date: a schedule that is over, a login that ends.

EventBridge Scheduler refuses to create a one-time schedule in the past. The reminder is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_infra.schedule_expression import runs_after
from playlake_infra.watch.token_expiry_reminder import reminded_on, token_expires_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from playlake_infra.run_schedule import RunSchedule
    from playlake_infra.settings import Settings


def dated_problems(settings: Settings, today: date) -> Iterator[str]:
    """Yield a sentence for each setting that was right once, or will be, but is not today."""
    if not runs_after(settings.schedule, today):
        yield f"correct schedule = {settings.schedule!r}: all its dates are in the past"
    further: list[tuple[str, RunSchedule]] = [
        *((f"sources.{name}", each) for name, each in settings.sources.by_name.items()),
        *((f"accounts.{name}", each) for name, each in settings.accounts.items()),
    ]
    for table, each in further:
        if not runs_after(each.schedule, today):
            yield f"correct {table}.schedule = {each.schedule!r}: all its dates are in the past"
    for name in ("compaction", "iceberg", "retention"):
        expression = getattr(settings, name)
        if not runs_after(expression, today):
            yield f"correct {name} = {expression!r}: all its dates are in the past"
    if settings.spotify_authorised_on is not None:
        yield from _login_problems(settings, settings.spotify_authorised_on, today)


def _login_problems(settings: Settings, authorised_on: date, today: date) -> Iterator[str]:
    correct = f"correct spotify_authorised_on = {authorised_on}"
    expires_on = token_expires_on(authorised_on)
    login = f"run `playlake login --to secretsmanager:{settings.spotify_secret}`"
    if authorised_on > today:
        yield f"{correct}: it is in the future, write the day of the login"
    elif expires_on <= today:
        yield f"{correct}: this login has ended on {expires_on}, {login} and write its day"
    elif reminded_on(authorised_on) <= today:
        yield (
            f"{correct}: this login ends on {expires_on}, too soon for a reminder: {login} and "
            "write its day, or remove the setting"
        )
