"""What a lake holds, cell by cell, so that two lakes can be compared however they were made."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from playlake_contracts.keys import CURATED_PREFIX, QUARANTINE_PREFIX, RAW_PREFIX, REJECTED_PREFIX
from playlake_contracts.rejects import decode_reject
from playlake_lake.identity import LAKE_FILE, make_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from playlake_lake.folder import Folder

# What says when and how fast a part was committed.
_OF_THE_COMMIT: Final = ("committed_at", "transform_seconds")

Cells = list[dict[str, Any]]


def landed_only(root: Path, like: Folder) -> Folder:
    """A new lake with the raw objects of another one, of which none is transformed."""
    folder, _ = make_lake(root, synthetic=True)
    for key in like.keys(RAW_PREFIX):
        folder.put_new(key, like.read(key) or b"")
    return folder


def cells_of(folder: Folder) -> dict[str, Cells]:
    """The rows of every file of a lake in a folder by its key, and the codes of what it rejects."""
    return cells(keys_of(folder), lambda key: folder.read(key) or b"")


def cells(keys: Iterable[str], read: Callable[[str], bytes]) -> dict[str, Cells]:
    """The rows of files by their keys, and the codes of reject records.

    What says when a part was committed is left out.
    """
    return {key: _cells(key, read(key)) for key in keys}


def keys_of(folder: Folder) -> Iterator[str]:
    """The keys of everything that was made from raw objects."""
    for key in folder.keys(""):
        if key != LAKE_FILE and key.startswith(
            (CURATED_PREFIX, QUARANTINE_PREFIX, REJECTED_PREFIX)
        ):
            yield key


def objects_of(folder: Folder) -> dict[str, str]:
    """Every object with a text that changes when it is written again."""
    return {key: version for key, version in folder.versions("").items() if key != LAKE_FILE}


def _cells(key: str, body: bytes) -> Cells:
    if key.startswith(REJECTED_PREFIX):
        reject = decode_reject(body)
        return [{"raw_key": reject.raw_key, "code": reject.code, "reason": reject.reason}]
    table = pq.read_table(BytesIO(body))
    kept = [name for name in table.column_names if name not in _OF_THE_COMMIT]
    rows: Cells = table.select(kept).to_pylist()
    return rows
