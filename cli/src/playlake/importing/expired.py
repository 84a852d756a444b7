"""Refuses what a lake would remove at its next look, because it is older than it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.lakes.folder import FolderLake, explained
from playlake_lake.retention.expired import first_kept
from playlake_lake.retention.record import read_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake.importing.lake_objects import Checked
    from playlake.importing.runs import Plan
    from playlake.lakes.lake import Lake
    from playlake_contracts.runs import RunId


def refuse_expired(
    plan: Plan, objects: Sequence[Checked], lake: Lake, now: datetime
) -> list[Checked]:
    """Refuse the runs of a plan, and the raw objects, that a lake in a folder keeps no more.

    Args:
        plan: its runs are taken out, and sentences added to its refusals.
        objects: the raw objects.
        lake: the lake that would take them; on AWS the deployment says what is kept.
        now: the time, UTC.

    Returns:
        the raw objects that are kept.

    Raises:
        CommandError: what says how long the lake keeps sources is damaged.
    """
    if not isinstance(lake, FolderLake):
        return list(objects)
    with explained():
        kept = read_record(lake.folder).kept

    def is_kept(source: str, run_id: RunId, name: str) -> bool:
        days = kept.of(source)
        if days is None or run_id.snapshot_date >= first_kept(days, now):
            return True
        plan.refusals.append(
            f"{name} is of {run_id.snapshot_date}, and this lake keeps {source} for {days} days: "
            f"change that first, by `playlake retention` and its option --keep"
        )
        return False

    plan.runs = [
        run for run in plan.runs if is_kept(run.source, run.run_id, run.planned[0].origins[0])
    ]
    return [one for one in objects if is_kept(one.key.source, one.key.run_id, one.found.name)]
