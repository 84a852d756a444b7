"""The history made month by month is that of all observations at once. All lakes are synthetic."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
import zstandard
from compacting import HISTORY, compact, in_force, overwrite_files, overwrite_mark
from folded_histories import at_once, by_month
from folder_lakes import put_files, put_mark
from historical_lakes import commit_run, read, unchanged
from landed import entry, part
from random_runs import RandomRuns
from two_days import PARTS, two_days

from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import RawKey
from playlake_lake.errors import DamagedLakeError, HistoryError
from playlake_lake.identity import make_lake
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

FIRST = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)


def check_orders(tmp_path: Path, seed: int, runs: int, orders: int) -> None:
    """Compact the same runs as they arrive in random orders, some of them overwritten since."""
    print(f"seed {seed}")
    random = Random(seed)
    world = RandomRuns.make(tmp_path / "world", random, runs, timedelta(hours=21))
    expected = at_once(world.folder)
    assert all(expected.values())
    for order in range(orders):
        folder, _ = make_lake(tmp_path / f"{order}", synthetic=True)
        arriving = random.sample(sorted(world.runs), runs)
        cuts = [0, *sorted(random.sample(range(1, runs), 3)), runs]
        for begin, end in pairwise(cuts):
            world.bring(folder, arriving[begin:end])
            overwrite(folder, random)
            compact(folder)
        assert by_month(folder) == expected
        assert compact(folder) == []


def overwrite(folder: Folder, random: Random) -> None:
    """Transform a raw object again, with the same rows."""
    key = random.choice(list(raw_keys(folder.keys("raw/"))))
    raw = folder.read(str(key)) or b""
    overwrite_files(folder, key, raw)
    overwrite_mark(folder, key, raw)


def test_month_by_month_equals_all_at_once_in_any_order_of_arrival(tmp_path: Path) -> None:
    check_orders(tmp_path, seed=1, runs=50, orders=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_month_by_month_equals_all_at_once_in_20_orders_of_200_runs(tmp_path: Path) -> None:
    check_orders(tmp_path, seed=2, runs=200, orders=20)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """Three runs in three months; the first ends in the second month."""
    folder, _ = make_lake(tmp_path / "lake")
    first = commit_run(
        folder, FIRST, [read("one", [entry(1), entry(2)], after=timedelta(minutes=5))]
    )
    commit_run(folder, FIRST + timedelta(days=20), [], [unchanged("one", first)])
    commit_run(folder, FIRST + timedelta(days=40), [read("one", [entry(2)])])
    return folder


def made(reasons: list[str]) -> list[str]:
    return [reason for reason in reasons if reason.startswith("history")]


def test_a_month_of_the_history_is_that_of_its_observations(lake: Folder) -> None:
    assert compact(lake) == [
        "2026-01 new",
        "2026-02 new",
        "2026-03 new",
        "history 2026-02",
        "history 2026-03",
    ]
    assert by_month(lake) == at_once(lake, ("one",))


def test_a_late_run_is_followed_from_its_month_on(lake: Folder) -> None:
    compact(lake)
    commit_run(lake, FIRST + timedelta(days=41), [read("one", [entry(3)])])
    assert made(compact(lake)) == ["history 2026-03"]
    commit_run(lake, FIRST + timedelta(days=10), [read("one", [entry(4)])])
    assert made(compact(lake)) == ["history 2026-02", "history 2026-03"]
    assert by_month(lake) == at_once(lake, ("one",))


def test_a_run_of_another_month_is_followed_where_it_observed(lake: Folder) -> None:
    compact(lake)
    saved = read("one", [entry(4)], after=timedelta(days=98))
    commit_run(lake, FIRST - timedelta(days=60), [saved], has_manifest=False)
    assert compact(lake) == ["2025-12 new", "history 2026-03"]
    assert by_month(lake) == at_once(lake, ("one",))


def test_a_run_that_another_refers_to_is_followed_from_where_it_is_referred_to(
    tmp_path: Path,
) -> None:
    world, _ = make_lake(tmp_path / "world")
    first = commit_run(world, FIRST, [read("one", [entry(1)], after=timedelta(days=70))])
    lake, _ = make_lake(tmp_path / "lake")
    commit_run(lake, FIRST + timedelta(days=40), [], [unchanged("one", first)])
    compact(lake)
    assert query(lake, "SELECT standing FROM timeline").rows == [("unknown",)]
    for key in world.keys(""):
        lake.put_new(key, world.read(key) or b"")
    assert made(compact(lake)) == ["history 2026-03", "history 2026-04"]
    assert by_month(lake) == at_once(lake, ("one",))
    assert query(lake, "SELECT standing FROM timeline").rows == [("there",)]


def test_a_month_that_is_gone_takes_its_history_with_it(lake: Folder) -> None:
    compact(lake)
    for key in [*lake.keys("curated/loads/day=2026-03"), *lake.keys("raw/")]:
        lake.remove(key)
    compact(lake)
    assert list(in_force(lake).history) == ["2026-02"]
    assert by_month(lake) == at_once(lake, ("one",))


def test_a_lake_without_the_tables_of_the_history_has_none(tmp_path: Path, lake: Folder) -> None:
    few, _ = make_lake(tmp_path / "few", tables=["playlists", "tracks"])
    for key in lake.keys("curated/"):
        few.put_new(key, lake.read(key) or b"")
    assert made(compact(few)) == []
    assert by_month(few) == {name: Counter() for name in HISTORY}
    assert made(compact(lake))


def test_a_damaged_checkpoint_is_an_error_that_names_it(lake: Folder) -> None:
    compact(lake)
    key = in_force(lake).history["2026-02"].checkpoint.key
    body = lake.read(key) or b""
    wrong = zstandard.compress(zstandard.decompress(body).replace(b"Track 1", b"Track 9"))
    assert (len(wrong), wrong == body) == (len(body), False)
    lake.overwrite(key, wrong)
    commit_run(lake, FIRST + timedelta(days=41), [read("one", [entry(3)])])
    with pytest.raises(DamagedLakeError, match=rf"{key} is damaged: delete it, then run"):
        compact(lake)
    lake.remove(key)
    assert made(compact(lake)) == ["history 2026-03"]
    assert lake.read(key) == body
    assert by_month(lake) == at_once(lake, ("one",))


def test_a_playlist_with_two_snapshots_of_one_run_is_an_error_that_names_it(
    tmp_path: Path,
) -> None:
    lake = two_days(tmp_path / "lake")
    key = RawKey.of_part("spotify", PARTS[1].run_id, 1)
    lake.put_new(str(key), part(key, [entry(1)]))
    put_files(lake, key)
    put_mark(lake, key)
    with pytest.raises(HistoryError, match="history of playlist playlist0 cannot be made"):
        compact(lake)
    assert len(in_force(lake).months) == 1


def test_each_month_of_the_history_has_its_objects(lake: Folder) -> None:
    compact(lake)
    found = chain.from_iterable(month.files() for month in in_force(lake).history.values())
    files = {(file.key.split("/")[1], ".standing/" in file.key) for file in found}
    assert files == {
        ("changes", False),
        ("checkpoint", False),
        ("memberships", False),
        ("memberships", True),
        ("timeline", False),
        ("timeline", True),
    }
