"""A local AWS on a port and in a folder of its own, and rows to put into its tables."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from free_ports import choose_port

from playlake import local_aws as local
from playlake.project import Project
from playlake_contracts.keys import partition_prefix
from playlake_contracts.tables import DATE_COLUMN, TABLES, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws

SYNTHETIC: dict[pa.DataType, object] = {
    pa.string(): "synthetic",
    pa.bool_(): True,
    pa.int32(): 1,
    pa.int64(): 2**40,
    pa.float64(): 0.5,
    pa.date32(): date(1999, 1, 2),
    TIMESTAMP: datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC),
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This checkout with a home of the test's own, in which nothing has run yet."""
    return replace(Project.find(os.environ), home=tmp_path / "home")


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """This checkout with the home of `local_aws`."""
    return replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def local_aws(shared_project: Project) -> Iterator[LocalAws]:
    """One local AWS for all tests of the session, provisioned."""
    with local.local_aws(shared_project, port=choose_port()) as aws:
        yield aws


@pytest.fixture(scope="session")
def write_rows() -> Callable[..., None]:
    """`write_rows(aws, table, snapshot_date, *rows)`: columns that a row leaves out are made up.

    The rows are committed.
    """

    def write(aws: LocalAws, table: str, snapshot_date: str, *rows: dict[str, Any]) -> None:
        _write_rows(aws, table, snapshot_date, *rows)
        _write_rows(aws, "loads", snapshot_date, {})

    return write


def _write_rows(aws: LocalAws, table: str, snapshot_date: str, *rows: dict[str, Any]) -> None:
    schema = TABLES[table].schema
    synthetic = {f.name: SYNTHETIC[f.type] for f in schema} | {DATE_COLUMN: snapshot_date}
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([synthetic | row for row in rows], schema=schema), buffer)
    key = f"{partition_prefix(table, snapshot_date)}spotify.synthetic.parquet"
    aws.s3.put_object(Bucket=aws.resources.curated_bucket, Key=key, Body=buffer.getvalue())
