"""Holds the parts of a lake to the contract, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.checking.part import check_part
from playlake.checking.report import Report
from playlake.checking.sample import sample
from playlake.errors import CommandError
from playlake_lake.marks import raw_key_of
from playlake_lake.side_by_side import side_by_side, unseen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.lakes.curated import CuratedFiles
    from playlake_contracts.keys import RawKey
    from playlake_lake.side_by_side import Progress


def check_lake(
    files: CuratedFiles, size: int | None, dates: Sequence[str] | None, progress: Progress = unseen
) -> Report:
    """Check some of the committed parts of a lake.

    Args:
        files: the lake's files.
        size: the number of parts; None is all.
        dates: the days that they are of; None is every day.
        progress: shows how far it is.
    """
    tables = files.tables()
    marks = files.marks(dates)
    keys = [_key(mark) for mark in marks]
    report = Report(len(keys))
    chosen = sample(keys, len(keys) if size is None else size)
    for key in progress(chosen, "Checking parts"):
        bodies = side_by_side([key.curated(name) for name in tables], files.read, unseen, "")
        report.add(check_part(key, dict(zip(tables, bodies, strict=True))))
    return report


def _key(mark: str) -> RawKey:
    key = raw_key_of(mark)
    if key is None:
        raise CommandError(
            f"{mark} has not the name of a commit mark: move it out of the lake, then check again"
        )
    return key
