"""What erasure needs of a lake, wherever its objects are. `Folder` is one implementation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Protocol, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from playlake_lake.compaction.store import Store
from playlake_lake.errors import DamagedLakeError
from playlake_lake.side_by_side import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playlake_contracts.keys import RawKey

    # Writes the files and the commit mark of a raw object anew, from bytes that it will have.
    # False if they can never be transformed; then nothing was written.
    Commit = Callable[[RawKey, bytes], bool]


Key = TypeVar("Key")


class ErasableStore(Store, Protocol):
    """The objects of a lake, and what is kept of those that were overwritten or removed."""

    def remove_old_versions(self) -> int:
        """Remove every version that is no longer in force, and what marks removed objects.

        Returns:
            their number.
        """

    def check_versions_can_go(self) -> None:
        """Check that old versions of objects can be removed; nothing of the lake is changed.

        Raises:
            LakeError: they cannot; the message says which permission lacks.
        """


def bodies(store: Store, keys: Sequence[Key]) -> Iterator[tuple[Key, bytes | None]]:
    """Read objects, a few at a time, because each waits for S3; None is one that is not there."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            yield from zip(some, pool.map(store.read, map(str, some)), strict=True)


def read_rows(key: str, body: bytes) -> pa.Table:
    """Read the rows of a file of a table.

    Raises:
        DamagedLakeError: it is no Parquet file.
    """
    try:
        return pq.read_table(BytesIO(body))
    except (pa.ArrowException, OSError) as error:
        raise DamagedLakeError(
            f"{key} cannot be read ({error}): `playlake lake check` says what is wrong with it"
        ) from error
