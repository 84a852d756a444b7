"""Tells a run that has ended, if the settings say where. Whatever goes wrong changes no run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake.history.reading import history_lake
from playlake.lakes.folder import FolderLake
from playlake_contracts.errors import ErrorCode
from playlake_web.notices import Stopped, Teller

if TYPE_CHECKING:
    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake.running.extractor import Ended
    from playlake_contracts.runs import RunId

# The next run goes on where such a run has ended.
_PASSING: Final = {0, ErrorCode.STOPPED_EARLY.info.exit_status}
_CRASHED: Final = "crashed"


def tell_run(here: Invocation, lake: Lake, run_id: RunId, whose: str, ended: Ended) -> None:
    """Tell a run of a lake in a folder, and those before it that could not be told.

    A lake on AWS tells its runs itself, by setting.

    Args:
        here: the invocation.
        lake: the lake.
        run_id: the run.
        whose: whose run it is, by `whose_run`.
        ended: how it ended.
    """
    if not isinstance(lake, FolderLake):
        return
    try:
        for failure in _told(here, lake, run_id, stopped_by(ended, whose)):
            here.say(f"{failure[:1].upper()}{failure[1:]}; the next run tries again.")
    except Exception as error:  # noqa: BLE001 - the run itself is as it is
        reason = str(error) or type(error).__name__
        here.say(f"Nobody was told of the run ({reason}); the next run tries again.")


def _told(here: Invocation, lake: FolderLake, run_id: RunId, stopped: Stopped | None) -> list[str]:
    from playlake.notifying.settings import read_notice_settings  # noqa: PLC0415 - loads smtplib

    channels = read_notice_settings(here.project).channels()
    if not channels:
        return []
    telling = Teller(history_lake(lake), lake.folder, channels).tell(str(run_id), stopped)
    for notice in telling.sent:
        here.say(f"Told: {notice.subject}.")
    return telling.failures


def stopped_by(ended: Ended, whose: str) -> Stopped | None:
    """Why a run stopped, if a person has to know; None if it did not, or the next one goes on."""
    if ended.status in _PASSING:
        return None
    reason = ended.reason or "the extractor has ended unexpectedly"
    return Stopped(ended.code or _CRASHED, reason, whose)
