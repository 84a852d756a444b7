"""The files of a part as they are committed, for checks of the contract. All synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from playlake_contracts.keys import RawKey

Files = dict[str, bytes | None]
_COMMIT = Commit("etag", 1, datetime(2026, 11, 21, 7, tzinfo=UTC), timedelta(seconds=1), "0.0-test")


def files_of(raw: bytes, key: RawKey) -> Files:
    """By table, the file that a raw object becomes; None if it becomes none."""
    made = transform(raw, key)
    files = (*made.files, commit_mark_file(key, made, _COMMIT))
    return {**dict.fromkeys(TABLES), **{file.table: file.body for file in files}}


def read(body: bytes | None) -> pa.Table:
    """The rows of a file."""
    with pq.ParquetFile(BytesIO(body or b"")) as file:
        return file.read()


def written(rows: pa.Table) -> bytes:
    """A file with rows."""
    body = BytesIO()
    pq.write_table(rows, body)
    return body.getvalue()


def changed(files: Files, table: str, change: Callable[[pa.Table], pa.Table]) -> Files:
    """The files with other rows of one table."""
    return {**files, table: written(change(read(files[table])))}
