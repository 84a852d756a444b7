"""A lake in a folder is compacted by itself after a command that commits parts to it.

That is done at most once an hour, and only if a day that is over is not compacted. Whatever goes
wrong is said in one sentence and changes nothing of the command's result.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.lakes.folder import FolderLake
from playlake_lake.compaction.attempts import begin_attempt
from playlake_lake.compaction.closed import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake_lake.compaction.compacted import Compacted
    from playlake_lake.folder import Folder


def compact_itself(here: Invocation, lake: Lake) -> None:
    """Compact a lake in a folder if that is due, and say so in one line.

    A lake on AWS is compacted by the schedule of its deployment.
    """
    if not isinstance(lake, FolderLake):
        return
    try:
        if begin_attempt(lake.folder, datetime.now(UTC)):
            _compact(here, lake.folder)
    except Exception as error:  # noqa: BLE001 - the command itself has succeeded
        reason = str(error) or type(error).__name__
        here.say(f"The lake was not compacted ({reason}): `playlake compact` tries again.")


def _compact(here: Invocation, folder: Folder) -> None:
    from playlake.lakes.compacting import CompactableLake  # noqa: PLC0415 - loads DuckDB

    # Without a terminal the spinner would be a line of its own.
    spinner = here.working("Compacting") if here.notices.is_terminal else nullcontext()
    with spinner:
        found, _ = CompactableLake.of_folder(folder).compact(MARGIN, lambda _: None)
    if made := [each for each in found if each.made is not None]:
        here.say(_sentence(made))


def _sentence(made: Sequence[Compacted]) -> str:
    first, last = made[0].month, made[-1].month
    months = first if first == last else f"{first} to {last}"
    days = sum(each.days for each in made)
    return f"Compacted {months}, for faster queries (days: {days:,})."
