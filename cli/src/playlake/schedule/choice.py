"""Chooses the scheduler: the named one, or the first that works on this machine."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.schedule.cron import Cron
from playlake.schedule.launchd import Launchd
from playlake.schedule.systemd import Systemd
from playlake.schedule.windows import TaskScheduler

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.schedule.scheduler import Machine, Scheduler


class SchedulerName(StrEnum):
    """The schedulers by name."""

    SYSTEMD = Systemd.name
    LAUNCHD = Launchd.name
    WINDOWS = TaskScheduler.name
    CRON = Cron.name


_USUAL = {
    "darwin": (SchedulerName.LAUNCHD, SchedulerName.CRON),
    "win32": (SchedulerName.WINDOWS,),
}
_USUAL_ELSEWHERE = (SchedulerName.SYSTEMD, SchedulerName.CRON)


def all_schedulers(machine: Machine) -> list[Scheduler]:
    """Every scheduler, those that this machine has not as well."""
    return [Systemd(machine), Launchd(machine), TaskScheduler(machine), Cron(machine)]


def named(machine: Machine, wanted: SchedulerName) -> Scheduler:
    """The scheduler of a name, whether this machine has it or not."""
    return next(one for one in all_schedulers(machine) if one.name == wanted)


def usable(machine: Machine, wanted: SchedulerName | None, say: Callable[[str], None]) -> Scheduler:
    """The scheduler to install with.

    Args:
        machine: this machine.
        wanted: the one that the user asks for, if any.
        say: takes a sentence on what was chosen and why.

    Raises:
        CommandError: the wanted one, or each of the usual ones, cannot be used.
    """
    if wanted is not None:
        scheduler = named(machine, wanted)
        if (obstacle := scheduler.obstacle()) is not None:
            raise CommandError(f"{obstacle}: leave out --with, or use --print with it")
        return scheduler
    obstacles: list[str] = []
    for name in _USUAL.get(machine.platform, _USUAL_ELSEWHERE):
        scheduler = named(machine, name)
        if (obstacle := scheduler.obstacle()) is None:
            reason = f"because {' and '.join(obstacles)}" if obstacles else "which works here"
            say(f"Using {name}, {reason}.")
            return scheduler
        obstacles.append(obstacle)
    raise CommandError(
        f"no scheduler can be used here, because {' and '.join(obstacles)}: install one, or print "
        "a text to install elsewhere with --print --with NAME"
    )
