"""A backfill from its beginning to its end: list, plan, commit, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from playlake_backfill.committing import find_work
from playlake_backfill.done import Done, Report
from playlake_backfill.places import place_of
from playlake_contracts.version import VERSION
from playlake_engines.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_backfill.places import Place
    from playlake_backfill.wanted import Wanted
    from playlake_contracts.s3_events import StoredObject

_log = structlog.get_logger()


def backfill(wanted: Wanted) -> Report:
    """Commit every raw object that is meant and is neither committed nor rejected.

    Raises:
        BackfillError: no raw object is meant.
        EngineError: the engine cannot start, or has stopped.
        LakeError: there is no lake, or it does not answer.
    """
    place = place_of(wanted.lake)
    work = find_work(place, wanted.chosen)
    report = Report(
        chosen=len(work.left) + work.committed + work.rejected,
        committed_before=work.committed,
        rejected_before=work.rejected,
    )
    _log.info(
        "backfill_started",
        version=VERSION,
        engine=wanted.engine,
        objects=report.chosen,
        left=len(work.left),
    )
    if work.left:
        report.done = _commit(place, work.left, wanted)
    done = report.done
    _log.info(
        "backfill_done",
        committed=done.committed,
        repeated=done.repeated,
        rejected=len(done.rejected),
        failed=len(done.failed),
    )
    return report


def _commit(place: Place, objects: Sequence[StoredObject], wanted: Wanted) -> Done:
    if wanted.engine is Engine.SPARK:
        from playlake_backfill.spark import on_spark  # noqa: PLC0415 - one engine is loaded

        return on_spark(place, objects, wanted.master)
    from playlake_backfill.pool import in_pool  # noqa: PLC0415 - likewise

    return in_pool(place, objects)
