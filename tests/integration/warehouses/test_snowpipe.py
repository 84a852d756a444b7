"""The pipes of snowpipe.sql load a lake: S3 sends events to a queue, and fakesnow runs each COPY.

S3 and the queue are MiniStack's. The lake is synthetic.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aws_lakes import DEPLOYMENT
from free_ports import choose_port
from snowpiped import played_snowflake
from two_days import MANIFESTS, PARTS, two_days

from playlake.local_aws import local_aws
from playlake.project import Project
from playlake_contracts.keys import CURATED_PREFIX
from playlake_contracts.tables import DATE_COLUMN, TABLES
from playlake_warehouses.snowflake import SCRIPTS, Attachment
from playlake_warehouses.snowflake.columns import FILE_COLUMNS, LOADED_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from snowpiped import PlayedSnowflake

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder

_numbers = count()
NAMES = [table.name for table in LOADED_TABLES]
ITEMS = "playlist_items"
FIRST, SECOND = PARTS


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake whose files are put into the bucket as a test wants, and who loads them."""

    folder: Folder
    aws: LocalAws
    queue: str
    snowflake: PlayedSnowflake
    database: str

    def put(self, keys: Iterable[str]) -> list[list[Any]]:
        """Put files into the bucket, and let the pipes do what the events say."""
        chosen = list(keys)
        for key in chosen:
            body = self.folder.read(key) or b""
            self.aws.s3.put_object(Bucket=DEPLOYMENT.curated_bucket, Key=key, Body=body)
        found: list[list[Any]] = self.snowflake.ask("drain", queue=self.queue, events=len(chosen))
        return found

    def files(self, *raw: RawKey) -> list[str]:
        """The files under the curated prefix, or those of some raw objects; the marks are last."""
        ends = tuple(f"{key.source}.{key.run_id}.{key.part}.parquet" for key in raw)
        keys = [key for key in self.folder.keys() if key.startswith(CURATED_PREFIX)]  # noqa: SIM118
        chosen = [key for key in keys if not raw or key.endswith(ends)]
        return sorted(chosen, key=lambda key: (is_mark(key), key))

    def shown(self, table: str) -> list[dict[str, Any]]:
        """The rows that the view of a table shows, in the types of the contracts."""
        return in_order(
            self.snowflake.rows(f"{self.database}.lake.{table}").cast(seen_schema(table))
        )

    def landed(self, table: str) -> pa.Table:
        """All rows that were loaded into a table."""
        return self.snowflake.rows(f"{self.database}.landed.{table}")

    def incomplete(self) -> list[dict[str, Any]]:
        """The rows of the view of incomplete parts."""
        found = self.snowflake.rows(f"{self.database}.lake.incomplete_parts")
        return list(found.to_pylist())


def is_mark(key: str) -> bool:
    return key.startswith("curated/loads/")


def seen_schema(table: str) -> pa.Schema:
    """The columns of a view: those of the files, without descriptions, then the day."""
    fields = [pa.field(field.name, field.type) for field in TABLES[table].schema]
    return pa.schema([*fields, pa.field("day", pa.string())])


def in_order(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: json.dumps(row, default=str))


def written(lake: Lake, table: str) -> list[dict[str, Any]]:
    """The rows of a table as they are in the files of the lake."""
    folder = f"{CURATED_PREFIX}{table}/"
    rows = [rows_of(lake, key) for key in lake.files() if key.startswith(folder)]
    found = pa.concat_tables(rows)
    day = found[DATE_COLUMN].cast(pa.string())
    return in_order(found.append_column("day", day).cast(seen_schema(table)))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local_aws(project, port=choose_port()) as running:
        yield running


@pytest.fixture(scope="module")
def snowflake(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedSnowflake]:
    with played_snowflake(aws.endpoint_url, tmp_path_factory.mktemp("snowflake")) as played:
        yield played


@pytest.fixture
def lake(aws: LocalAws, snowflake: PlayedSnowflake, tmp_path: Path) -> Lake:
    """A lake of which nothing was told yet, and an empty database that is told of its files."""
    bucket = DEPLOYMENT.curated_bucket
    queue = aws.sqs.create_queue(QueueName=f"snowpipe-{tmp_path.name}"[:80])["QueueUrl"]
    asked = aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    told: Any = {
        "QueueArn": asked["Attributes"]["QueueArn"],
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": CURATED_PREFIX}]}},
    }
    aws.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    database = f"lake_{next(_numbers)}"
    sql = SCRIPTS["snowpipe"].make(Attachment(bucket=bucket, database=database))
    snowflake.ask("attach", sql=sql, bucket=bucket)
    return Lake(two_days(tmp_path / "lake"), aws, queue, snowflake, database)


def test_the_rows_of_every_table_equal_the_lake_s_and_repeated_events_are_skipped(
    lake: Lake,
) -> None:
    keys = lake.files()
    first = lake.put(keys)
    assert sorted(key for key, *_ in first) == sorted(keys)
    assert {status for _, status, _ in first} == {"LOADED"}
    for table in NAMES:
        assert lake.shown(table) == written(lake, table), table
    assert lake.incomplete() == []
    assert len(written(lake, ITEMS)) == 7

    again = lake.put(keys)
    assert sorted(key for key, *_ in again) == sorted(keys)
    assert {(status, rows) for _, status, rows in again} == {("LOAD_SKIPPED", 0)}
    for table in NAMES:
        assert lake.shown(table) == written(lake, table), table


def test_a_part_is_seen_once_it_has_its_mark_and_what_of_it_is_missing_is_named(
    lake: Lake,
) -> None:
    *files, mark = lake.files(FIRST)
    lake.put(files)
    assert lake.shown(ITEMS) == lake.shown("loads") == []

    late = next(key for key in lake.files(SECOND) if f"/{ITEMS}/" in key)
    lake.put(key for key in lake.files(SECOND, *MANIFESTS) if key != late)
    lake.put([mark])
    assert {row["run_id"] for row in lake.shown(ITEMS)} == {str(FIRST.run_id)}
    (missing,) = lake.incomplete()
    assert (missing["run_id"], missing["part"]) == (str(SECOND.run_id), SECOND.part)
    assert (missing["table_name"], missing["rows_committed"], missing["rows_loaded"]) == (
        ITEMS,
        3,
        0,
    )

    lake.put([late])
    assert lake.incomplete() == []
    assert lake.shown(ITEMS) == written(lake, ITEMS)


def test_a_file_that_was_read_twice_or_overwritten_is_shown_once_and_its_old_rows_are_removed(
    lake: Lake,
) -> None:
    lake.put(lake.files())
    before = lake.shown(ITEMS)
    read = lake.landed(ITEMS)
    assert sorted(read["file_row_number"].to_pylist()) == [1, 1, 2, 2, 3, 3, 4]
    assert {read[column.name].null_count for column in FILE_COLUMNS} == {0}
    first, second = (next(key for key in lake.files(part) if f"/{ITEMS}/" in key) for part in PARTS)
    # As when a pipe was made anew, or 14 days later.
    assert lake.snowflake.ask("load", key=first, force=True)[1] == "LOADED"
    assert lake.shown(ITEMS) == before

    # Synthetic: the part is overwritten with two of its three rows, one of them another.
    kept = rows_of(lake, second).slice(0, 2)
    names = pa.array(["Mended", "Kept"])
    at = kept.schema.get_field_index("name")
    overwrite(lake, second, kept.set_column(at, kept.schema.field("name"), names))

    after = lake.shown(ITEMS)
    day = SECOND.run_id.snapshot_date
    assert [row["name"] for row in after if row["day"] == day] == ["Mended", "Kept"]
    assert [row for row in after if row["day"] != day] == [
        row for row in before if row["day"] != day
    ]
    loaded = len(before) + 4 + 2
    assert lake.landed(ITEMS).num_rows == loaded
    lake.snowflake.ask("run_task", name=f"{lake.database}.landed.tidy_{ITEMS}")
    assert lake.landed(ITEMS).num_rows == len(after)
    assert lake.shown(ITEMS) == after

    # Synthetic: now it has no albums any more. Its file is empty, so no row tells of it.
    assert {row["day"] for row in lake.shown("albums")} >= {day}
    mark = lake.files(SECOND)[-1]
    marked = rows_of(lake, mark)
    at = marked.schema.get_field_index("rows_albums")
    none = pa.array([0], pa.int64())
    overwrite(lake, mark, marked.set_column(at, marked.schema.field("rows_albums"), none))
    assert day not in {row["day"] for row in lake.shown("albums")}
    assert lake.shown(ITEMS) == after


def rows_of(lake: Lake, key: str) -> pa.Table:
    """The rows of a file of the lake."""
    table = key.removeprefix(CURATED_PREFIX).partition("/")[0]
    file = pa.BufferReader(lake.folder.read(key) or b"")
    return pq.read_table(file, schema=TABLES[table].schema)


def overwrite(lake: Lake, key: str, rows: pa.Table) -> None:
    """Put other rows under a key, as of a later day, and have them loaded by force."""
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink)
    body = sink.getvalue().to_pybytes()
    lake.aws.s3.put_object(Bucket=DEPLOYMENT.curated_bucket, Key=key, Body=body)
    loaded = lake.snowflake.ask("load", key=key, force=True, modified="2036-01-01T00:00:00+00:00")
    assert loaded[1:] == ["LOADED", rows.num_rows]
