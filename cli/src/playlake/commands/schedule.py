"""`playlake schedule`: has this machine run `playlake run` at fixed times."""

import os
import sys
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from playlake.commands.options import Account
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.login.credentials import default_location, is_in_aws
from playlake.output.text import safe_text
from playlake.schedule.choice import SchedulerName, all_schedulers, named, usable
from playlake.schedule.job import ACCOUNT_VARIABLE, Job, find_command, job_name, make_job
from playlake.schedule.scheduler import Machine, Scheduler
from playlake.schedule.timing import Timing, parse_timing
from playlake.sources.registry import VARIABLE, find_source

EXAMPLES = """\b
playlake schedule --every 24h --at 06:00      a snapshot every morning
playlake schedule --every 6h                  at 00:00, 06:00, 12:00 and 18:00
playlake schedule                             show what is scheduled, and the last run's log
playlake schedule --every 24h --print         show the text, and install nothing
playlake schedule --remove
"""

_TAIL_LINES = 10


def schedule(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    every: Annotated[
        str | None,
        typer.Option(
            metavar="INTERVAL",
            help="How often: 24h, 6h, 30m, 7d (on Mondays). Default: 24h.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="When, in local time, for whole days. Default: 06:00."),
    ] = None,
    scheduler: Annotated[
        SchedulerName | None,
        typer.Option("--with", help="The scheduler. Default: the first that works here."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the schedule.")] = False,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print the text for the scheduler; install nothing.")
    ] = False,
    account: Account = None,
) -> None:
    """Run `playlake run` at fixed times, without Docker and without AWS.

    Without options, the present schedule is shown. A new schedule replaces the old one. Each
    PLAYLAKE_HOME has a schedule of its own, and each account in it. The output goes to
    logs/schedule.log in it, that of an account to logs/schedule.ACCOUNT.log.
    """
    here = context.ensure_object(Invocation)
    machine = Machine.here(os.environ)
    wants_timing = every is not None or at is not None
    if remove:
        if wants_timing or print_only or scheduler is not None:
            raise CommandError("--remove goes without other options: it removes every schedule")
        _remove(here, all_schedulers(machine), account)
    elif print_only:
        _print(_job(here, account), here, machine, scheduler, parse_timing(every, at))
    elif wants_timing:
        _install(_job(here, account), here, machine, scheduler, parse_timing(every, at))
    elif scheduler is not None:
        raise CommandError("--with needs a time: add --every 24h")
    else:
        _show(here, all_schedulers(machine), account)


def _install(
    job: Job, here: Invocation, machine: Machine, wanted: SchedulerName | None, timing: Timing
) -> None:
    chosen = usable(machine, wanted, here.say)
    _make_folder(job.log.parent)
    _tell(here, *chosen.install(job, timing))
    for other in all_schedulers(machine):
        if other.name != chosen.name and other.find(job.name) is not None:
            _tell(here, *other.remove(job.name))
    _tell(here, f"`playlake run` runs {timing}; its output is appended to {job.log}", *chosen.notes)
    _warn_of_missing_login(here, job)
    _warn_of_unsaved_notices(here)


def _print(
    job: Job, here: Invocation, machine: Machine, wanted: SchedulerName | None, timing: Timing
) -> None:
    chosen = usable(machine, None, here.say) if wanted is None else named(machine, wanted)
    for place, text in chosen.texts(job, timing).items():
        here.say(f"# {place}")
        here.output.file.write(text)  # as it is: print would expand tabs


def _remove(here: Invocation, schedulers: Sequence[Scheduler], account: str | None) -> None:
    name = job_name(here.project.home, account)
    found = [scheduler for scheduler in schedulers if scheduler.find(name) is not None]
    for scheduler in found:
        _tell(here, *scheduler.remove(name))
    if not found:
        _tell(here, f"Nothing was scheduled for {here.project.home}")


def _show(here: Invocation, schedulers: Sequence[Scheduler], account: str | None) -> None:
    name = job_name(here.project.home, account)
    found = [(one.name, scheduled) for one in schedulers if (scheduled := one.find(name))]
    for scheduler, scheduled in found:
        _tell(here, f"`playlake run` runs {scheduled.timing}, by {scheduler}: {scheduled.place}")
        if scheduled.next_run is not None:
            _tell(here, f"Next run: {scheduled.next_run}")
    if not found:
        _tell(here, "Nothing is scheduled: `playlake schedule --every 24h` takes daily snapshots")
    _show_log(here, _log(here, account))


def _show_log(here: Invocation, log: Path) -> None:
    if not log.exists():
        _tell(here, f"No scheduled run has written to {log} yet")
        return
    with log.open(encoding="utf-8", errors="replace") as lines:
        tail = deque(lines, _TAIL_LINES)
    written = datetime.fromtimestamp(log.stat().st_mtime, UTC).astimezone()
    _tell(here, f"{log}, last written {written:%Y-%m-%d %H:%M %Z}:")
    for line in tail:
        here.output.print(safe_text(f"  {line.rstrip()}"), soft_wrap=True)


def _job(here: Invocation, account: str | None) -> Job:
    command = find_command(sys.argv[0], sys.executable)
    settings = {**os.environ, **({} if account is None else {ACCOUNT_VARIABLE: account})}
    return make_job(here.project.home, _log(here, account), command, settings)


def _log(here: Invocation, account: str | None) -> Path:
    return here.project.logs / ("schedule.log" if account is None else f"schedule.{account}.log")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder} cannot be made: {error.strerror}") from error


def _warn_of_missing_login(here: Invocation, job: Job) -> None:
    source = find_source(job.environment.get(VARIABLE))
    lost = [name for name in source.secrets if os.environ.get(name)]
    if lost:
        here.say(f"A schedule keeps no secrets, so its runs do not have {' and '.join(lost)}.")
    if not source.has_login:
        return
    usual = default_location(here.project, job.environment.get(ACCOUNT_VARIABLE))
    location = job.environment.get("PLAYLAKE_SPOTIFY_CREDENTIALS", usual)
    if not is_in_aws(location) and not Path(location).exists():
        here.say(f"There are no Spotify credentials in {location} yet: run `playlake login`.")


def _warn_of_unsaved_notices(here: Invocation) -> None:
    """Say so if scheduled runs do not know what this shell does; a schedule keeps no secret."""
    from playlake.notifying.saved import read_saved
    from playlake.notifying.settings import in_environment

    given, saved = in_environment(os.environ), read_saved(here.project)
    if any(saved.get(name) != text for name, text in given.items()):
        here.say(
            "Scheduled runs do not know the variables PLAYLAKE_NOTIFY_… of this shell: run "
            "`playlake notify --save`."
        )


def _tell(here: Invocation, *sentences: str) -> None:
    for sentence in sentences:
        here.output.print(safe_text(f"{sentence.removesuffix('.')}."), soft_wrap=True)
