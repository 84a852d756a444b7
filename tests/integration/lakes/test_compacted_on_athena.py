"""A compacted lake on the local AWS has the rows of the same lake in a folder. All synthetic."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from aws_lakes import DEPLOYMENT, upload
from compacting import HISTORY, compact, overwrite_files, overwrite_mark
from historical_lakes import commit_run, failed, read, unchanged
from landed import entry, part
from two_days import PARTS

from playlake.lakes.folder import FolderLake
from playlake.notebooks import ArrowLake
from playlake.notebooks.athena_reader import AthenaReader
from playlake_aws.athena import run_sql
from playlake_aws.errors import AwsError
from playlake_aws.history_views import publish
from playlake_aws.s3_store import S3Store
from playlake_contracts.athena_views import history_view, sql_of_view
from playlake_contracts.keys import COMPACTED_PREFIX, compacted_key, generation
from playlake_contracts.outcomes import Outcome
from playlake_contracts.places import columns_of
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.days import Days
from playlake_lake.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.lake import Lake

# The first of December is open.
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def lake(full: Folder) -> Folder:
    """A lake of two closed months and an open day."""
    first = commit_run(full, at(10, 3), [read("p", [entry(1), entry(2)])])
    commit_run(full, at(10, 9), outcomes=[unchanged("p", first), failed("q", Outcome.GONE)])
    commit_run(full, at(11, 5), [read("p", [entry(2), entry(7)])])
    commit_run(full, at(12, 1), [read("p", [entry(7), entry(8)])])
    return full


def at(month: int, day: int, hour: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def compact_on_aws(lake: AwsLake, now: datetime = NOW, store: S3Store | None = None) -> None:
    Compaction(store or lake.store, list(TABLES), now).run(lambda _plan, _made: None)


def rows(lake: Lake, tables: Iterable[str] = TABLES) -> dict[str, Counter[Any]]:
    return {
        name: Counter(lake.query(f"select {', '.join(columns_of(name))} from {name}").rows)
        for name in tables
    }


def in_folder(folder: Folder, tables: Iterable[str] = TABLES) -> dict[str, Counter[Any]]:
    return rows(FolderLake.open(folder.root, folder.root.parent / "logs"), tables)


def compacted_history(folder: Folder) -> dict[str, Counter[Any]]:
    """The rows of the history in a folder as of its last compaction."""
    in_force = read_in_force(folder)
    found: dict[str, Counter[Any]] = {name: Counter() for name in HISTORY}
    for name in HISTORY:
        for file in in_force.history_files(name):
            table = pq.read_table(
                folder.path(file.key), columns=columns_of(name), partitioning=None
            )
            found[name].update(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return found


def remove(lake: AwsLake, *keys: str) -> None:
    for key in keys:
        lake.aws.s3.delete_object(Bucket=DEPLOYMENT.curated_bucket, Key=key)


def keys(lake: AwsLake, prefix: str) -> list[str]:
    return list(lake.keys(DEPLOYMENT.curated_bucket, prefix))


class StoppedError(Exception):
    """The compaction has died."""


class StoppedStore(S3Store):
    """A store whose compaction dies before anything comes into force."""

    def replace(self, *_: object) -> bool:
        raise StoppedError


def test_every_row_is_seen_once_before_during_and_after_a_compaction(
    lake: Folder, on_aws: AwsLake
) -> None:
    upload(on_aws, lake)
    expected = in_folder(lake)
    assert all(expected.values())
    assert rows(on_aws) == expected
    with pytest.raises(StoppedError):
        compact_on_aws(
            on_aws,
            store=StoppedStore(on_aws.aws.s3, DEPLOYMENT.raw_bucket, DEPLOYMENT.curated_bucket),
        )
    assert keys(on_aws, COMPACTED_PREFIX)
    assert rows(on_aws) == expected
    compact_on_aws(on_aws)
    assert set(read_in_force(on_aws.store).months) == {"2026-10", "2026-11"}
    assert rows(on_aws) == expected


def test_neither_the_parts_of_closed_days_nor_what_is_not_in_force_is_read(
    lake: Folder, on_aws: AwsLake
) -> None:
    upload(on_aws, lake)
    compact_on_aws(on_aws)
    history = rows(on_aws, HISTORY)
    for file in read_in_force(on_aws.store).files():
        if "/checkpoint/" not in file.key:
            other = compacted_key(file.key.split("/")[1], generation("2026-11", "0" * 32))
            body = on_aws.get(DEPLOYMENT.curated_bucket, file.key)
            on_aws.aws.s3.put_object(Bucket=DEPLOYMENT.curated_bucket, Key=other, Body=body)
    closed = [
        key
        for key in keys(on_aws, "curated/")
        if "/loads/" not in key and "day=2026-12-01" not in key
    ]
    remove(on_aws, *closed)
    assert rows(on_aws) == in_folder(lake)
    assert rows(on_aws, HISTORY) == history


def test_late_overwritten_and_removed_parts_are_seen_at_once(lake: Folder, on_aws: AwsLake) -> None:
    upload(on_aws, lake)
    compact_on_aws(on_aws)
    compacted = rows(on_aws)
    # A late part on a day that is read from its month, and one on a day that had none.
    commit_run(lake, at(10, 3, 18), [read("late", [entry(31)])])
    commit_run(lake, at(10, 5), [read("later", [entry(32)])])
    changed = part(PARTS[0], [entry(1, name="Mended"), entry(2)], [entry(3), entry(5)])
    overwrite_files(lake, PARTS[0], changed)
    overwrite_mark(lake, PARTS[0], changed)
    mark = PARTS[1].curated("loads")
    lake.remove(mark)
    remove(on_aws, mark)
    upload(on_aws, lake)
    expected = in_folder(lake)
    assert rows(on_aws) == expected
    assert all(expected[name] != compacted[name] for name in ("playlists", "tracks", "loads"))
    compact_on_aws(on_aws)
    assert rows(on_aws) == expected


def test_the_history_is_that_of_the_same_lake_in_a_folder(
    lake: Folder, on_aws: AwsLake, tmp_path: Path
) -> None:
    assert rows(on_aws, HISTORY) == {name: Counter() for name in HISTORY}
    upload(on_aws, lake)
    expected: dict[str, Counter[Any]] = {}
    same = Folder(Path(shutil.copytree(lake.root, tmp_path / "same")))
    for now in (datetime(2026, 11, 2, tzinfo=UTC), NOW):
        compact_on_aws(on_aws, now)
        compact(same, now)
        expected = compacted_history(same)
        assert all(expected.values())
        assert rows(on_aws, HISTORY) == expected
    of_notebooks = ArrowLake(AthenaReader(on_aws), None, tmp_path)  # type: ignore[arg-type]
    assert of_notebooks.table("timeline").num_rows == sum(expected["timeline"].values())


def test_days_that_a_query_does_not_read_may_be_read_nevertheless(
    lake: Folder, on_aws: AwsLake
) -> None:
    upload(on_aws, lake)
    compact_on_aws(on_aws)
    sql = "select day, count(*) from playlists group by day"
    of_folder = Counter(FolderLake.open(lake.root, lake.root.parent / "logs").query(sql).rows)
    for days in (Days("2026-11-10"), Days(None, "2026-10-31"), Days("2027-01-01")):
        assert Counter(on_aws.query(sql, days=days).rows) == of_folder


def test_rows_in_quarantine_are_those_of_committed_parts(lake: Folder, on_aws: AwsLake) -> None:
    upload(on_aws, lake)
    compact_on_aws(on_aws)
    expected = in_folder(lake, ["quarantine"])
    assert expected["quarantine"]
    assert rows(on_aws, ["quarantine"]) == expected
    remove(on_aws, PARTS[0].curated("loads"))
    assert rows(on_aws, ["quarantine"]) == {"quarantine": Counter()}


def test_views_of_other_programs_have_the_history_of_the_last_compaction(
    lake: Folder, on_aws: AwsLake
) -> None:
    """The local Athena has no views, so their SQL runs as a query."""
    upload(on_aws, lake)
    for now in (datetime(2026, 11, 2, tzinfo=UTC), NOW):
        compact_on_aws(on_aws, now)
        publish(on_aws)
        compact(lake, now)
        expected = compacted_history(lake)
        for name in HISTORY:
            view = on_aws.aws.glue.get_table(DatabaseName="playlake", Name=name)["Table"]
            assert view["TableType"] == "VIRTUAL_VIEW"
            found = run_sql(on_aws, sql_of_view(view["ViewOriginalText"]))
            assert Counter(found.rows) == expected[name]


def test_a_deployment_without_views_is_to_be_deployed_again(on_aws: AwsLake) -> None:
    glue = on_aws.aws.glue
    glue.delete_table(DatabaseName="playlake", Name="timeline")
    with pytest.raises(AwsError, match="deploy the template of this version"):
        publish(on_aws)
    view = history_view("timeline", "playlake", "playlake_compacted")
    glue.create_table(DatabaseName="playlake", TableInput=view)  # type: ignore[arg-type]
    publish(on_aws)
