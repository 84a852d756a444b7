"""The named query `playlist_at` gives what the history gives, cell for cell. Synthetic lakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, failed, read, unchanged
from landed import bad_entry, entry

from playlake.lakes.folder import FolderLake
from playlake.lakes.queries import named_queries
from playlake.project import Project
from playlake_contracts.outcomes import Outcome
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at
from playlake_lake.history.records import Playlist

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from historical_lakes import Read

    from playlake_contracts.manifest import PlaylistOutcome

Cells = tuple[object, ...]
FIRST = datetime(2026, 10, 28, 6, tzinfo=UTC)
RUNS = 30
IDS = ("one", "it's two")
LOST = "20260101T060000Z-aaaaaa"
FAILURES = [outcome for outcome in Outcome if outcome not in {Outcome.LANDED, Outcome.UNCHANGED}]
QUERY = named_queries(Project.find({}).queries)["playlist_at"]


def runs_at(number: int) -> datetime:
    """The runs are eight hours apart, so that a day has several."""
    return FIRST + timedelta(hours=8 * number)


def edited(random: Random, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Contents with some entries more, less, elsewhere, null, or unreadable."""
    made = [*entries, entry(random.randrange(30))]
    random.shuffle(made)
    null = {"added_at": "2026-02-03T04:05:06Z", "added_by": {"id": "somebody"}, "item": None}
    return random.choice([made, made[1:], made[2:], [*made, null], [*made, bad_entry()], []])


def random_lake(root: Path, random: Random) -> FolderLake:
    """A lake of runs with every outcome, of which some are not whole or not committed."""
    lake = FolderLake.make(root, root / "logs", synthetic=True)
    contents: dict[str, list[dict[str, Any]]] = {name: [entry(1), entry(2)] for name in IDS}
    landed: dict[str, list[str]] = {name: [LOST] for name in IDS}
    for number in range(RUNS):
        reads: list[Read] = []
        outcomes: list[PlaylistOutcome] = []
        for name in IDS:
            match random.randrange(8):
                case 0 | 1 | 2:
                    contents[name] = edited(random, contents[name])
                    whole = random.random() < 0.8
                    reads.append(read(name, contents[name], complete=whole))
                case 3 | 4 | 5:
                    since = random.choice(landed[name][-2:])
                    outcomes.append(unchanged(name, since))
                case _:
                    outcomes.append(failed(name, random.choice(FAILURES)))
        has_marks, has_manifest = random.random() < 0.9, random.random() < 0.9
        run_id = commit_run(
            lake.folder,
            runs_at(number),
            reads,
            outcomes,
            has_marks=has_marks,
            has_manifest=has_manifest,
        )
        for one in reads:
            landed[one.playlist_id].append(run_id)
    return lake


def asked(lake: FolderLake, playlist: str, at: datetime, **given: str) -> list[Cells]:
    values = QUERY.bind({"playlist": playlist, "at": at.isoformat(), **given}, FIRST)
    result = lake.query(QUERY.sql, values, QUERY.days(values))
    names = [column.name for column in result.columns]
    wanted = ("position", "item_type", "identity", "added_at", "added_by", "name", "artists")
    return [tuple(row[names.index(name)] for name in wanted) for row in result.rows]


def held(lake: FolderLake, playlist: str, at: datetime) -> list[Cells] | None:
    found = contents_at(FolderRecords(lake.folder), Playlist("spotify", playlist), at)
    return (
        None
        if found is None
        else [
            (
                position,
                one.item_type,
                one.identity,
                one.added_at,
                one.added_by,
                one.name,
                one.artist_names,
            )
            for position, one in enumerate(found.contents)
        ]
    )


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
def test_it_is_what_the_history_says_at_every_moment(tmp_path: Path, seed: int) -> None:
    lake = random_lake(tmp_path / "lake", Random(seed))
    compared = 0
    for playlist in IDS:
        for number in range(seed, RUNS, 5):
            for at in (runs_at(number), runs_at(number) + timedelta(seconds=30)):
                expected = held(lake, playlist, at)
                assert asked(lake, playlist, at) == (expected or []), (seed, playlist, at)
                compared += len(expected or [])
    assert compared > 20


def test_a_playlist_is_named_by_its_id_or_its_name(tmp_path: Path) -> None:
    lake = FolderLake.make(tmp_path / "lake", tmp_path)
    commit_run(lake.folder, FIRST, [read("one", [entry(1)]), read("two", [entry(2)])])
    later = FIRST + timedelta(hours=1)
    assert (
        asked(lake, "Playlist two", later) == asked(lake, "two", later) == held(lake, "two", later)
    )
    assert asked(lake, "Playlist", later) == []


def test_a_day_is_its_end_and_days_before_since_are_not_opened(tmp_path: Path) -> None:
    lake = FolderLake.make(tmp_path / "lake", tmp_path)
    for number in range(4):
        commit_run(lake.folder, FIRST + timedelta(days=number), [read("one", [entry(number)])])
    values = QUERY.bind({"playlist": "one", "at": "2026-10-30"}, FIRST)
    rows = lake.query(QUERY.sql, values).rows
    assert [row[2] for row in rows] == ["Track 2"]
    for key in list(lake.folder.keys("curated/")):
        if "day=2026-10-28" in key or "day=2026-10-29" in key:
            lake.folder.overwrite(key, b"no Parquet")
    at = datetime(2026, 10, 30, 12, tzinfo=UTC)
    assert len(asked(lake, "one", at, since="2026-10-30")) == 1
