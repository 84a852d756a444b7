"""`playlake compact` in a folder and on the local AWS. All data is synthetic."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from aws_lakes import DEPLOYMENT, bucket_of, upload
from compacting import HISTORY, LATER, compact, overwrite_files, overwrite_mark, rows
from historical_lakes import commit_run, read
from landed import entry, part
from two_days import DAYS, PARTS

from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws


def on_aws_compacted(lake: AwsLake) -> list[str]:
    reasons: list[str] = []
    compaction = Compaction(lake.store, list(TABLES), LATER)
    history = compaction.run(lambda plan, made: reasons.append(f"{plan.why} {made is not None}"))
    return [*reasons, *history]


def downloaded(lake: AwsLake, root: Path) -> Folder:
    """The objects of the curated bucket in a folder."""
    folder = Folder(root)
    bucket = lake.deployment.curated_bucket
    for key in lake.keys(bucket, ""):
        folder.put_new(key, lake.get(bucket, key))
    return folder


def test_a_lake_in_a_folder_is_planned_compacted_and_left(full: Folder, playlake: Command) -> None:
    before = rows(full)
    assert playlake("compact", "--lake", "full", "--dry-run", "--json") == 0
    (planned,) = json.loads(playlake.output)
    assert planned == {
        "month": "2026-11",
        "days": 2,
        "parts": 4,
        "rows": None,
        "bytes": None,
        "why": "new",
        "state": "planned",
    }
    assert not list(full.keys(COMPACTED_PREFIX))
    assert playlake("compact", "--lake", "full", "--json") == 0
    (made,) = json.loads(playlake.output)
    assert (made["state"], made["rows"]) == ("compacted", 47)
    assert rows(full) == before
    assert playlake("compact", "--lake", "full") == 0
    assert "Every day that is over is compacted." in playlake.output


def test_spark_that_is_not_installed_is_one_sentence(
    full: Folder, playlake: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = full.versions("")
    monkeypatch.setattr(Project, "spark_python", None)
    assert playlake("compact", "--engine", "spark", "--lake", "full") == 1
    assert playlake.notices.splitlines()[-1].startswith(
        "playlake: the engine spark needs pyspark: `pip install 'pyspark==3.5.6'` beside Playlake"
    )
    assert full.versions("") == before


@pytest.mark.parametrize("command", ["backfill", "compact"])
def test_a_master_for_another_engine_is_one_sentence(
    full: Folder, playlake: Command, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    before = full.versions("")
    master = ("--master", "local[2]")
    assert playlake(command, *master, "--lake", "full") == 1
    assert playlake.notices == (
        "playlake: --master names a master of Spark: add --engine spark, or leave it out\n"
    )
    assert full.versions("") == before
    monkeypatch.setenv("PLAYLAKE_SPARK_MASTER", "local[2]")
    assert playlake("compact", "--lake", "full") == 0, playlake.notices


def test_a_day_that_is_not_over_for_the_margin_is_left(full: Folder, playlake: Command) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    commit_run(full, yesterday, [read("p", [entry(1)])])
    assert playlake("compact", "--lake", "full", "--margin", "48") == 0
    months = read_in_force(full).months.values()
    assert [day for month in months for day in month.days] == DAYS


def test_a_lake_on_aws_has_the_compacted_files_of_the_same_lake_in_a_folder(
    full: Folder, on_aws: AwsLake, tmp_path: Path
) -> None:
    upload(on_aws, full)
    compact(full)
    assert not on_aws.has_history()
    assert on_aws_compacted(on_aws) == ["new True", "2026-11"]
    assert on_aws.has_history()
    found = downloaded(on_aws, tmp_path / "found")
    compacted = {key: found.read(key) for key in found.keys(COMPACTED_PREFIX)}
    assert {key for key in compacted if "/marks/" not in key} == {
        key for key in full.keys(COMPACTED_PREFIX) if "/marks/" not in key
    }
    for key, body in compacted.items():
        assert body == full.read(key) or key.endswith(".json")
    assert on_aws_compacted(on_aws) == []


def test_a_lake_on_aws_follows_an_overwritten_part(full: Folder, on_aws: AwsLake) -> None:
    upload(on_aws, full)
    on_aws_compacted(on_aws)
    changed = part(PARTS[0], [entry(1, name="Mended"), entry(2)], [entry(3), entry(5)])
    overwrite_files(full, PARTS[0], changed)
    overwrite_mark(full, PARTS[0], changed)
    upload(on_aws, full)
    assert on_aws_compacted(on_aws) == ["parts changed: 1 True", "2026-11"]
    compact(full)
    in_force = read_in_force(on_aws.store)
    for file in in_force.files():
        assert on_aws.get(DEPLOYMENT.curated_bucket, file.key) == full.read(file.key)


def test_the_command_compacts_a_lake_on_aws(
    full: Folder,
    on_aws: AwsLake,
    local_aws: LocalAws,
    playlake: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(on_aws, full)
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    assert playlake("compact", "--lake", on_aws.place, "--json") == 0, playlake.notices
    (made,) = json.loads(playlake.output)
    assert (made["state"], made["rows"]) == ("compacted", 47)
    assert list(read_in_force(on_aws.store).months) == ["2026-11"]
    elsewhere = on_aws.place.replace("us-east-1", "eu-west-1")
    assert playlake("compact", "--lake", elsewhere) == 1
    assert playlake.notices.splitlines()[-1].startswith(
        f"playlake: there is no bucket of {elsewhere}"
    )


def test_what_is_in_force_on_aws_is_replaced_only_as_it_was_read(
    full: Folder, on_aws: AwsLake
) -> None:
    store = on_aws.store
    assert store.held(IN_FORCE_KEY) is None
    assert store.replace(IN_FORCE_KEY, b"1", None)
    assert not store.replace(IN_FORCE_KEY, b"2", None)
    held = store.held(IN_FORCE_KEY)
    assert held is not None
    assert store.replace(IN_FORCE_KEY, b"2", held.etag)
    assert not store.replace(IN_FORCE_KEY, b"3", held.etag)
    assert (store.read(IN_FORCE_KEY), store.size(IN_FORCE_KEY)) == (b"2", 1)
    path = full.path(PARTS[0].curated("tracks"))
    assert store.put_file("compacted/a.parquet", path)
    assert not store.put_file("compacted/a.parquet", path)
    assert not store.put_new("compacted/a.parquet", b"other")
    store.remove("compacted/a.parquet")
    assert store.size("compacted/a.parquet") is None


def test_raw_objects_and_marks_are_found_in_their_buckets(
    full: Folder, on_aws: AwsLake, tmp_path: Path
) -> None:
    upload(on_aws, full)
    store = on_aws.store
    assert store.folders("raw/") == full.folders("raw/")
    assert store.folders("curated/loads/") == [f"day={day}" for day in DAYS]
    for prefix in ("raw/", "curated/loads/"):
        assert list(store.versions(prefix)) == list(full.versions(prefix))
    keys = list(full.keys("curated/loads/"))
    found = store.local_files(keys, tmp_path / "aside")
    assert [path.read_bytes() for path in found] == [full.read(key) for key in keys]
    assert all(str(path).endswith(key) for path, key in zip(found, keys, strict=True))
    for key in keys:
        on_aws.aws.s3.delete_object(Bucket=bucket_of(on_aws, key), Key=key)
    assert store.local_files(keys, tmp_path / "aside") == found


def test_a_history_is_the_same_before_and_after_a_compaction(
    full: Folder, playlake: Command
) -> None:
    def history() -> list[list[str]]:
        found = []
        for table in HISTORY:
            sql = f"SELECT * FROM {table} ORDER BY ALL"
            assert playlake("query", "--lake", "full", sql, "--csv") == 0
            found.append(playlake.output.splitlines())
        return found

    before = history()
    assert all(len(rows) > 1 for rows in before)
    compact(full)
    assert history() == before


@pytest.mark.parametrize("key", ["compacted/", IN_FORCE_KEY])
def test_without_what_is_compacted_a_lake_has_every_row(full: Folder, key: str) -> None:
    before = rows(full)
    compact(full)
    path = full.root / key
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert rows(full) == before
    assert compact(full)
    assert rows(full) == before


def test_lake_check_names_a_compacted_file_that_is_damaged(full: Folder, playlake: Command) -> None:
    compact(full)
    assert playlake("lake", "check", "full") == 0
    file = next(read_in_force(full).files())
    full.overwrite(file.key, b"damaged")
    assert playlake("lake", "check", "full", "--json") == 1
    (problem,) = json.loads(playlake.output)
    assert problem["object"] == file.key
    assert "then run `playlake compact`" in problem["problem"]
