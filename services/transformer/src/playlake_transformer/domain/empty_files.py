"""Files without rows, for the tables that a raw object has no rows of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.parquet import parquet_bytes
from playlake_transformer.domain.transform import CuratedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.transform import Transformed


def empty_files(key: RawKey, transformed: Transformed) -> Iterator[CuratedFile]:
    """A file without rows for each table that a raw object has none of; `loads` always has one."""
    with_rows = {file.table for file in transformed.files} | {"loads"}
    for name, table in TABLES.items():
        if name not in with_rows:
            body = parquet_bytes(table.schema.empty_table(), transformed.raw_md5)
            yield CuratedFile(name, key.curated(name), body, 0)
