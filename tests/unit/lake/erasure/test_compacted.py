"""Compacted files are made again beside other compactions, and the old ones go at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from compacting import LATER, compact, rows
from folder_lakes import committed_lake
from landed import part_key

from playlake_contracts.erased import Kind
from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.erasure.compacted import compact_anew
from playlake_lake.erasure.subject import Subject
from playlake_lake.errors import CompactionError
from playlake_lake.marks import held_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from playlake_lake.folder import Folder

SUBJECT = Subject("spotify", Kind.PLAYLIST, "playlist0")


class Disturbed:
    """A compaction; something happens before each of its runs."""

    def __init__(self, lake: Folder, happens: Callable[[int], None]) -> None:
        self.compaction = Compaction(lake, held_tables(lake), LATER)
        self.happens = happens
        self.runs = 0

    def run(self, done: Any) -> Sequence[str]:  # noqa: ANN401
        self.runs += 1
        self.happens(self.runs)
        return self.compaction.run(done)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """Its month is compacted, and then one of its parts is gone."""
    lake = committed_lake(tmp_path)
    compact(lake)
    lake.remove(part_key().curated("loads"))
    return lake


def anew(lake: Folder, happens: Callable[[int], None] = lambda _: None) -> Disturbed:
    disturbed = Disturbed(lake, happens)
    compact_anew(lake, disturbed, SUBJECT)  # type: ignore[arg-type]  # it has what is used
    return disturbed


def test_the_old_files_go_at_once_and_no_row_in_force(lake: Folder) -> None:
    before = read_in_force(lake).keys()
    expected = rows(lake)
    assert anew(lake).runs == 2
    now = read_in_force(lake).keys()
    assert set(lake.versions(COMPACTED_PREFIX)) == now | {IN_FORCE_KEY}
    assert before - now
    assert rows(lake) == expected


def test_what_another_compaction_has_just_put_stays_unless_it_names_what_is_erased(
    lake: Folder,
) -> None:
    fresh, stale = (f"{COMPACTED_PREFIX}tracks/generation=x{each}/rows.parquet" for each in "ab")
    lake.put_new(fresh, b"of another playlist")
    lake.put_new(stale, b"of playlist0 as well")
    anew(lake)
    assert lake.size(fresh) is not None
    assert lake.size(stale) is None


def test_it_is_repeated_until_nothing_is_left_to_do(lake: Folder) -> None:
    def faster(run: int) -> None:
        if run == 2:  # another compaction has brought other files into force
            compact(lake, LATER + timedelta(days=1), margin=timedelta(0))
            lake.remove(IN_FORCE_KEY)

    assert anew(lake, faster).runs == 3


def test_it_tries_again_where_another_one_has_removed_what_it_reads(lake: Folder) -> None:
    def failing(run: int) -> None:
        if run == 1:
            raise CompactionError("a checkpoint is gone")

    assert anew(lake, failing).runs == 3


def test_what_fails_again_and_again_is_said(lake: Folder) -> None:
    def always(run: int) -> None:
        raise CompactionError(f"a checkpoint is gone for the {run}th time")

    with pytest.raises(CompactionError, match="for the 10th time"):
        anew(lake, always)


def test_a_lake_that_was_never_compacted_stays_so(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    assert anew(lake).runs == 0
    assert not lake.versions(COMPACTED_PREFIX)
