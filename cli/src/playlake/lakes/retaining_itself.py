"""A lake in a folder lets go of what has expired by itself, after a run, once a day.

Whatever goes wrong is said in one sentence and changes nothing of the run's result.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake, explained
from playlake.running.environment import refresh_after_days
from playlake_contracts.retention import check_interval
from playlake_lake.retention.expire import begin_look
from playlake_lake.retention.record import read_record

if TYPE_CHECKING:
    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake


def retain_itself(here: Invocation, lake: Lake) -> None:
    """Remove what has expired in a lake in a folder if that is due, and say so in one line.

    A lake on AWS is looked at by the schedule of its deployment, and nothing asks for invented
    music to be removed.
    """
    if not isinstance(lake, FolderLake) or lake.is_synthetic:
        return
    try:
        _expire(here, lake)
    except Exception as error:  # noqa: BLE001 - the command itself has succeeded
        reason = str(error) or type(error).__name__
        here.say(f"Nothing old was removed ({reason}): `playlake retention --apply` tries again.")


def check_retention(lake: Lake, source: str) -> None:
    """Check that a lake in a folder keeps a snapshot until the next one of its playlist is landed.

    Raises:
        CommandError: it does not, or what says so is damaged.
    """
    if not isinstance(lake, FolderLake):
        return
    with explained():
        days = read_record(lake.folder).kept.of(source)
    try:
        check_interval(source, days, refresh_after_days(), timedelta(days=1))
    except ValueError as error:
        raise CommandError(
            f"{error}; `playlake retention` shows how long this lake keeps each source"
        ) from None


def _expire(here: Invocation, lake: FolderLake) -> None:
    now = datetime.now(UTC)
    record = begin_look(lake.folder, now)
    if record is None:
        return
    from playlake.lakes.retaining import RetainedLake  # noqa: PLC0415 - only once a day

    found = RetainedLake.of_folder(lake.folder).expire(record.kept, now)
    if found.removed:
        here.say(f"Removed what is older than it is kept (objects: {found.removed:,}).")
