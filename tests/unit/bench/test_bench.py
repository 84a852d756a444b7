"""The benchmark measures what it says: equal work, ratios round by round, and losses that stay."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from tests.bench.check import TOLERATED, is_slower
from tests.bench.contestants import polars_frames
from tests.bench.contestants.typed_decode import DECODERS
from tests.bench.job import RAW_KEY, Job
from tests.bench.measuring import Contestant, Ratios, measure, ratios
from tests.bench.parts import SIZES, Size
from tests.bench.processes_alone import peak_bytes_per_json_byte
from tests.bench.transform_bench import CONTESTANTS, OURS, YARDSTICK, report

from playlake_contracts.keys import RawKey
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from playlake_contracts.sources.spotify import Api

CHECKOUT = Path(__file__).resolve().parents[3]
FINE, SLOW = Ratios([[1.0, 1.1]]), Ratios([[1.0, 1.3, 1.3]])


@pytest.mark.parametrize("api", ["classic", "items"])
def test_the_yardstick_decodes_every_entry_with_its_album(tmp_path: Path, api: Api) -> None:
    job = Job.load(Size(api, 2, 220).make(tmp_path))
    entries = [
        entry
        for frame in map(DECODERS[api].decode, job.frames)
        for page in (getattr(frame.playlist, job.page_key), *frame.pages)
        for entry in page.items
    ]
    assert len(entries) == 440
    items = [getattr(entry, job.item_key) for entry in entries]
    tracks = [item for item in items if item and item.type == "track" and item.id]
    assert len(tracks) > 400
    assert all(track.album.images[0].url and track.artists[0].name for track in tracks)


@pytest.mark.parametrize("api", ["classic", "items"])
def test_polars_makes_as_many_rows_as_transform(tmp_path: Path, api: Api) -> None:
    job = Job.load(Size(api, 3, 90).make(tmp_path))
    rows = transform(job.raw, RawKey.parse(RAW_KEY)).rows
    schema = polars_frames._schema(job)
    snapshots = pl.read_ndjson(b"".join(job.frames), schema=schema)
    tables = polars_frames._tables(job, snapshots)
    assert [table.height for table in tables] == list(rows.values())


@pytest.mark.parametrize("module", ["transform", "tutorial", "json_normalize", "duckdb_sql"])
def test_a_contestant_makes_something_of_the_smallest_part(tmp_path: Path, module: str) -> None:
    part = Size("items", 1, 1).make(tmp_path)
    with Contestant(module).start() as worker:
        seconds, made = worker.run(part)
    assert seconds > 0
    assert made > 100


def test_contestants_are_measured_in_turn_in_fresh_processes(tmp_path: Path) -> None:
    part = Size("classic", 1, 1).make(tmp_path)
    both = {name: CONTESTANTS[name] for name in (YARDSTICK, OURS)}
    found = measure(both, part, processes=2, rounds=2)
    assert [len(rounds) for rounds in found] == [2, 2]
    assert ratios(found, OURS, to=YARDSTICK).band[0] > 1


def test_a_ratio_is_the_median_of_the_processes_and_shows_its_band() -> None:
    rounds = [[{"a": a, "b": 2.0} for a in process] for process in ([1, 9, 2], [4, 4, 4], [6, 6])]
    found = ratios(rounds, "a", to="b")
    assert (found.median, found.band) == (2.0, (0.5, 4.5))
    assert str(found) == "2.00 (0.50-4.50)"


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([FINE], (False, FINE)),
        ([SLOW, FINE], (False, FINE)),
        ([SLOW, SLOW], (True, SLOW)),
        ([Ratios([[TOLERATED]])], (False, Ratios([[TOLERATED]]))),
    ],
)
def test_only_a_loss_that_is_seen_twice_fails(
    attempts: list[Ratios], expected: tuple[bool, Ratios]
) -> None:
    assert is_slower(attempts) == expected


def test_a_second_attempt_is_made_only_for_a_loss() -> None:
    endless = itertools.chain([FINE], iter(lambda: pytest.fail("measured again"), None))
    assert is_slower(endless) == (False, FINE)


def test_an_unknown_commit_is_an_error() -> None:
    command = [sys.executable, "-m", "tests.bench.check", "no-such-commit"]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"no-such-commit" in ended.stderr


def test_a_long_snapshot_takes_memory(tmp_path: Path) -> None:
    small, long = Size("items", 1, 2).make(tmp_path), Size("items", 1, 2_000).make(tmp_path)
    assert peak_bytes_per_json_byte(small, long, 1) > 1


def test_the_report_has_a_row_for_every_part_and_no_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.bench.transform_bench.versions", lambda *_: {"msgspec": "0.22"})
    seconds = dict.fromkeys(CONTESTANTS, 1.0) | {OURS: 4.0}
    measured = {size: [[seconds]] for size in SIZES}
    page = report("a machine", measured, {SIZES[2]: 2.5}, {}, {"The extractor": "4 ms"})
    assert page.count("| classic 100 x 100 |") == 2
    assert "| 4.00 (4.00-4.00) |" in page
    assert "- classic: 2.5" in page
    assert "## The extractor\n\n```\n4 ms\n```" in page
    assert str(CHECKOUT) not in page


def test_equal_sizes_make_equal_parts(tmp_path: Path) -> None:
    once, again = (Size("classic", 2, 3).make(tmp_path / name) for name in ("one", "two"))
    assert (once / "part").read_bytes() == (again / "part").read_bytes()
    frames = Job.load(once).frames
    assert [msgspec.json.decode(frame)["entries"] for frame in frames] == [3, 3]
