"""Makes compacted files and the history again without what is erased, and removes the old at once.

Other compactions may be at the same lake. So only files are removed that were in force before, or
that name what is erased: what another one has just put is neither.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard

from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.errors import ContendedError, LakeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_lake.compaction.compact import Compaction
    from playlake_lake.compaction.in_force import InForce
    from playlake_lake.erasure.store import ErasableStore
    from playlake_lake.erasure.subject import Subject

_ATTEMPTS: Final = 10
_PARQUET: Final = b"PAR1"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


def compact_anew(store: ErasableStore, compaction: Compaction, subject: Subject | None) -> int:
    """Make again what is compacted and has changed, and remove the old files.

    Args:
        store: the lake.
        compaction: compacts it.
        subject: what is erased; None is all of a source.

    Returns:
        the number of months that were made, those of the history included.

    Raises:
        LakeError: the lake cannot be compacted, or others compact it again and again.
    """
    before = read_in_force(store)
    if not before.keys():
        return 0
    made = _made(store, compaction)
    now = read_in_force(store).keys()
    for key in store.versions(COMPACTED_PREFIX):
        if key == IN_FORCE_KEY or key in now:
            continue
        if key in before.keys() | before.retired.keys() or _names(store, key, subject):
            store.remove_for_good([key])
    return made


def _made(store: ErasableStore, compaction: Compaction) -> int:
    """Compact until there is nothing to do, because another compaction may have been faster."""
    months: set[str] = set()
    for attempt in range(_ATTEMPTS):
        before = _of_rows(read_in_force(store))
        # Another erasure may remove what this compaction reads.
        with suppress(*([LakeError] if attempt + 1 < _ATTEMPTS else [])):
            history = compaction.run(lambda plan, _: months.add(plan.month))
            months.update(history)
            if _of_rows(read_in_force(store)) == before:
                return len(months)
    raise ContendedError("others compact the lake again and again: let them end, then erase again")


def _of_rows(in_force: InForce) -> tuple[object, object]:
    return in_force.months, in_force.history


def _names(store: ErasableStore, key: str, subject: Subject | None) -> bool:
    """Whether an object names what is erased; one that cannot be read may."""
    body = store.read(key)
    if subject is None or body is None:
        return False
    try:
        return any(subject.is_named_in(text) for text in _texts(body))
    except (pa.ArrowException, OSError, zstandard.ZstdError):  # half a file, which nobody needs
        return True


def _texts(body: bytes) -> Iterator[bytes]:
    if body.startswith(_ZSTD):
        yield zstandard.ZstdDecompressor().decompressobj().decompress(body)
    elif body.startswith(_PARQUET):
        with pq.ParquetFile(BytesIO(body)) as file:
            columns = file.read().columns
        for column in columns:
            if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
                texts = pc.unique(column.cast(pa.string())).drop_null()
                yield "\n".join(texts.to_pylist()).encode(errors="surrogatepass")
    else:
        yield body
