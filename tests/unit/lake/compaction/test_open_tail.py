"""The tables of the history are exact at every moment. All lakes are synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
from compacting import HISTORY, compact, in_force, overwrite_files, overwrite_mark, rows
from folded_histories import asked, at_once, by_month
from folder_lakes import put_files, put_mark
from historical_lakes import commit_run, read, unchanged
from landed import entry, part
from msgspec.structs import replace
from random_runs import BEGIN, RandomRuns
from two_days import PARTS, two_days

from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import IN_FORCE_KEY, RawKey
from playlake_lake import query_views
from playlake_lake.compaction import open_tail
from playlake_lake.compaction.in_force import encode_in_force
from playlake_lake.days import Days
from playlake_lake.errors import DamagedLakeError, HistoryError, QueryError
from playlake_lake.identity import make_lake
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.compaction.open_tail import OpenTail
    from playlake_lake.folder import Folder

FIRST = datetime(2026, 1, 31, 12, tzinfo=UTC)
ONE = ("one",)


def check_moments(tmp_path: Path, seed: int, runs: int, orders: int) -> None:
    """Query while the same runs arrive in random orders, late ones and replays among them."""
    print(f"seed {seed}")
    random = Random(seed)
    world = RandomRuns.make(tmp_path / "world", random, runs, timedelta(hours=40))
    for order in range(orders):
        folder, _ = make_lake(tmp_path / f"{order}", synthetic=True)
        arriving = disordered(random, sorted(world.runs))
        cuts = [0, *sorted(random.sample(range(1, runs), 3)), runs]
        for begin, end in pairwise(cuts):
            world.bring(folder, arriving[begin:end])
            bring_in_part(world, folder, random, arriving[end : end + 2])
            if random.random() < 0.5:
                overwrite(folder, random)
            assert asked(folder) == at_once(folder)
            compact(folder, BEGIN + random.random() * runs * timedelta(hours=40))
            assert asked(folder) == at_once(folder)
        assert all(asked(folder).values())


def disordered(random: Random, runs: list[str]) -> list[str]:
    """Runs in their order, but for a few that are late."""
    late = random.sample(runs, len(runs) // 4)
    return [*(run for run in runs if run not in late), *late]


def bring_in_part(world: RandomRuns, folder: Folder, random: Random, runs: list[str]) -> None:
    """Bring some objects of runs: files without their mark, a manifest without its part."""
    for run in runs:
        keys = world.runs[run]
        world.runs[run] = keys[: random.randrange(1, len(keys) + 1)]
        if random.random() < 0.5:
            world.runs[run] = [key for key in keys if "manifest" in key]
        world.bring(folder, [run])
        world.runs[run] = keys


def overwrite(folder: Folder, random: Random) -> None:
    """Transform a committed raw object of another one's rows."""
    committed = {key.rpartition("/")[2] for key in folder.keys("curated/loads/")}
    keys = [
        key
        for key in raw_keys(folder.keys("raw/"))
        if key.curated("loads").rpartition("/")[2] in committed
    ]
    key = random.choice(keys)
    raw = folder.read(str(key)) or b""
    overwrite_files(folder, key, raw)
    overwrite_mark(folder, key, raw)


@pytest.fixture
def tails(monkeypatch: pytest.MonkeyPatch) -> list[OpenTail]:
    """What was folded by each query."""
    found: list[OpenTail] = []

    def noted(*arguments: object) -> OpenTail:
        found.append(open_tail.open_tail(*arguments))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(query_views, "open_tail", noted)
    return found


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """Three runs in three months, all compacted."""
    folder, _ = make_lake(tmp_path / "it's a lake")
    first = commit_run(folder, FIRST, [read("one", [entry(1), entry(2)])])
    commit_run(folder, FIRST + timedelta(days=20), [], [unchanged("one", first)])
    commit_run(folder, FIRST + timedelta(days=40), [read("one", [entry(2)])])
    compact(folder)
    return folder


def folded_rows(tail: OpenTail) -> dict[str, int]:
    return {name: file.count for name, file in tail.files.items() if file.count}


def test_the_history_is_exact_at_every_moment(tmp_path: Path) -> None:
    check_moments(tmp_path, seed=1, runs=24, orders=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_history_is_exact_in_20_orders_of_90_runs(tmp_path: Path) -> None:
    check_moments(tmp_path, seed=2, runs=90, orders=20)


def test_a_lake_that_was_never_compacted_has_a_history(tmp_path: Path) -> None:
    folder = two_days(tmp_path / "lake")
    found = asked(folder)
    assert found == at_once(folder, ("playlist0", "playlist1"))
    assert all(found.values())


def test_a_compacted_lake_is_read_from_its_files(lake: Folder, tails: list[OpenTail]) -> None:
    assert asked(lake) == by_month(lake) == at_once(lake, ONE)
    assert [(len(tail.months), folded_rows(tail)) for tail in tails] == [(3, {})]


def test_a_later_run_is_folded_from_the_last_checkpoint(
    lake: Folder, tails: list[OpenTail]
) -> None:
    commit_run(lake, FIRST + timedelta(days=41), [read("one", [entry(3)])])
    commit_run(lake, FIRST + timedelta(days=42), [read("two", [entry(3)])], has_manifest=False)
    assert asked(lake) == at_once(lake, ("one", "two"))
    # One song came and one went, so its stay and the stretch before ended; two stays go on.
    lasting = {"standing_memberships": 2, "standing_timeline": 2}
    ended = {"changes": 2, "memberships": 1, "timeline": 1}
    assert [(len(tail.months), folded_rows(tail)) for tail in tails] == [(3, ended | lasting)]


def test_what_lasts_of_playlists_without_a_later_run_is_read_from_the_files(
    lake: Folder, tails: list[OpenTail]
) -> None:
    commit_run(lake, FIRST + timedelta(days=41), [read("two", [entry(3)])])
    assert asked(lake) == at_once(lake, ("one", "two"))
    assert {playlist.id for playlist in tails[0].playlists} == {"two"}


def test_a_late_run_leads_back_to_an_earlier_checkpoint(
    lake: Folder, tails: list[OpenTail]
) -> None:
    commit_run(lake, FIRST + timedelta(days=25), [read("one", [entry(4)])])
    assert asked(lake) == at_once(lake, ONE)
    assert len(tails[0].months) == 1
    # Another playlist has nothing that is later than this.
    other = FIRST + timedelta(days=21)
    lake.remove(next(key for key in lake.keys("curated/loads/day=2026-02-25")))
    for key in [*lake.keys("curated/loads/day=2026-02-25")]:
        lake.remove(key)
    commit_run(lake, other, [read("two", [entry(4)])])
    tails.clear()
    assert asked(lake) == at_once(lake, ("one", "two"))
    assert len(tails[0].months) == 3


def test_an_overwritten_part_takes_its_month_out_of_the_history(
    lake: Folder, tails: list[OpenTail]
) -> None:
    key = next(
        key for key in raw_keys(lake.keys("raw/")) if "03-12" in str(key) and key.part != "manifest"
    )
    changed = part(key, [entry(2, name="Mended"), entry(7)])
    overwrite_files(lake, key, changed)
    overwrite_mark(lake, key, changed)
    assert asked(lake) == at_once(lake, ("one", "playlist0"))
    assert len(tails[0].months) == 2


def test_a_mark_that_is_gone_takes_its_month_out_of_the_history(
    lake: Folder, tails: list[OpenTail]
) -> None:
    for key in [*lake.keys("curated/loads/day=2026-02")]:
        lake.remove(key)
    assert asked(lake) == at_once(lake, ONE)
    assert len(tails[0].months) == 1


@pytest.mark.parametrize("late", ["part-0000", "manifest"])
@pytest.mark.parametrize("after", [timedelta(seconds=7), timedelta(hours=2)])
def test_the_late_part_of_a_run_and_the_one_before_make_one_observation(
    tmp_path: Path, tails: list[OpenTail], late: str, after: timedelta
) -> None:
    """The source may have answered after the run has ended: saved files are imported so."""
    folder, _ = make_lake(tmp_path / "lake")
    commit_run(folder, FIRST, [read("one", [entry(1)])])
    last = commit_run(folder, FIRST + timedelta(days=20), [read("one", [entry(2)], after=after)])
    taken = [key for key in folder.keys("") if last in key and late in key]
    kept = {key: folder.read(key) or b"" for key in taken}
    for key in taken:
        folder.remove(key)
    compact(folder)
    for key, body in kept.items():
        folder.put_new(key, body)
    assert asked(folder) == at_once(folder, ONE)
    assert len(tails[0].months) == 1


def test_a_snapshot_that_arrives_after_what_refers_to_it_is_followed_from_there(
    tmp_path: Path, tails: list[OpenTail]
) -> None:
    world, _ = make_lake(tmp_path / "world")
    snapshot = read("one", [entry(1)], after=timedelta(days=70))
    first = commit_run(world, FIRST, [snapshot], has_manifest=False)
    folder, _ = make_lake(tmp_path / "lake")
    commit_run(folder, FIRST + timedelta(days=40), [], [unchanged("one", first)])
    compact(folder)
    assert query(folder, "SELECT standing FROM timeline").rows == [("unknown",)]
    for key in world.keys(""):
        folder.put_new(key, world.read(key) or b"")
    assert asked(folder) == at_once(folder, ONE)
    assert [len(tail.months) for tail in tails] == [1, 0]


def test_a_month_that_was_compacted_without_its_history_is_folded(
    lake: Folder, tails: list[OpenTail]
) -> None:
    now = in_force(lake)
    history = {name: month for name, month in now.history.items() if name != "2026-03"}
    lake.overwrite(IN_FORCE_KEY, encode_in_force(replace(now, history=history)))
    assert asked(lake) == at_once(lake, ONE)
    assert len(tails[0].months) == 2


def test_a_query_that_names_no_table_of_the_history_folds_nothing(
    lake: Folder, tails: list[OpenTail]
) -> None:
    query(lake, "SELECT count(*) AS my_changes FROM playlists")
    names = {name for (name,) in query(lake, "SHOW TABLES").rows}
    assert names >= set(HISTORY)
    assert not tails
    with pytest.raises(QueryError, match="write the name of the table timeline into the query"):
        query(lake, "FROM query_table('time' || 'line')")


def test_the_days_of_a_query_do_not_bound_the_history(lake: Folder) -> None:
    commit_run(lake, FIRST + timedelta(days=41), [read("one", [entry(3)])])
    counts = "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM playlists)"
    assert query(lake, counts).rows == [(3, 3)]
    assert query(lake, counts, days=Days("2026-03-12")).rows == [(3, 2)]


def test_playlists_with_two_snapshots_of_one_run_are_an_error_that_names_one(
    tmp_path: Path,
) -> None:
    folder = two_days(tmp_path / "lake")
    key = RawKey.of_part("spotify", PARTS[1].run_id, 1)
    folder.put_new(str(key), part(key, [entry(1)]))
    put_files(folder, key)
    put_mark(folder, key)
    with pytest.raises(HistoryError, match="history of playlist playlist0 cannot be made"):
        query(folder, "SELECT * FROM changes")
    assert query(folder, "SELECT count(*) FROM playlists").rows == [(4,)]


def test_a_damaged_checkpoint_is_an_error_that_names_it(lake: Folder) -> None:
    key = in_force(lake).history["2026-03"].checkpoint.key
    lake.overwrite(key, b"damaged")
    with pytest.raises(DamagedLakeError, match=rf"{key} is damaged: delete it, then run"):
        query(lake, "SELECT * FROM memberships")


def test_a_lake_without_the_tables_that_runs_observe_in_has_no_history(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "few", tables=["playlists", "tracks"])
    with pytest.raises(QueryError, match="the history needs playlist_items, run_outcomes as well"):
        query(folder, "SELECT * FROM changes")


def test_a_month_that_was_compacted_without_a_table_is_read_from_its_parts(
    tmp_path: Path,
) -> None:
    full = two_days(tmp_path / "full")
    folder, _ = make_lake(tmp_path / "lake", tables=["playlists", "loads"])
    for key in full.keys("curated/"):
        folder.put_new(key, full.read(key) or b"")
    compact(folder)
    folder.overwrite("lake.json", full.read("lake.json") or b"")
    assert asked(folder) == at_once(full, ("playlist0", "playlist1"))


def test_an_empty_lake_has_an_empty_history(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    assert not any(asked(folder).values())


def test_a_reader_sees_the_same_while_a_lake_is_compacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of a compaction is a moment at which the history is read."""
    folder = two_days(tmp_path / "lake")
    expected, reads = rows(folder, HISTORY), 0
    written = type(folder).put_new, type(folder).put_file, type(folder).replace

    def reading(write: object) -> object:
        def wrote(*arguments: object) -> object:
            nonlocal reads
            done = write(*arguments)  # type: ignore[operator]
            assert rows(folder, HISTORY) == expected
            reads += 1
            return done

        return wrote

    for name, write in zip(("put_new", "put_file", "replace"), written, strict=True):
        monkeypatch.setattr(type(folder), name, reading(write))
    compact(folder)
    monkeypatch.undo()
    assert reads > 10
    assert rows(folder, HISTORY) == expected
