"""What a task of Spark does with its lot: it commits each raw object itself, by the service's code.

The driver gives keys alone and gets counts alone. Neither raw objects nor rows pass through Spark,
so it needs no connector for S3.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import structlog

from playlake_backfill.committing import commit
from playlake_backfill.done import Done, Left
from playlake_contracts.keys import RawKey
from playlake_contracts.s3_events import StoredObject
from playlake_transformer.adapters.transforming import OwnProcessTransforms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_backfill.places import Place

# While one raw object is transformed, the files of others are on their way.
_AT_ONCE: Final = 4

# The columns of what a task gets, one row a raw object, in Spark's words.
OBJECTS: Final = "key string, size long, etag string"

# The columns of what it gives: one row of counts, and one for each raw object that is left.
OUTCOMES: Final = (
    "committed long, repeated long, vanished long, rows long, "
    "key string, code string, reason string, is_rejected boolean"
)
_OUTCOMES: Final = pa.schema(
    [
        *((name, pa.int64()) for name in ("committed", "repeated", "vanished", "rows")),
        *((name, pa.string()) for name in ("key", "code", "reason")),
        ("is_rejected", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Commits:
    """The function under `mapInArrow`.

    Attributes:
        place: the lake.
    """

    place: Place

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Commit the raw objects of batches with the columns `OBJECTS`; gives `OUTCOMES`."""
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        )
        done = Done()
        for batch in batches:
            objects = [_stored(row) for row in batch.to_pylist()]
            work = commit(self.place, objects, OwnProcessTransforms(), _AT_ONCE, done)
            asyncio.run(work)
        yield pa.RecordBatch.from_pylist(rows_of(done), schema=_OUTCOMES)


def row_of(stored: StoredObject) -> tuple[str, int, str]:
    """A raw object as a row of `OBJECTS`."""
    return str(stored.key), stored.size, stored.etag


def rows_of(done: Done) -> list[dict[str, Any]]:
    """What became of the raw objects of a task, as rows of `OUTCOMES`."""
    counts = {name: getattr(done, name) for name in ("committed", "repeated", "vanished", "rows")}
    rejected = [_left(each, is_rejected=True) for each in done.rejected]
    return [counts, *rejected, *(_left(each, is_rejected=False) for each in done.failed)]


def done_of(rows: Iterable[Any]) -> Done:
    """What became of the raw objects of all tasks, from rows of `OUTCOMES`."""
    done = Done()
    for row in rows:
        if row["key"] is None:
            done.add(Done(row["committed"], row["repeated"], row["vanished"], row["rows"]))
        else:
            left = done.rejected if row["is_rejected"] else done.failed
            left.append(Left(row["key"], row["code"], row["reason"]))
    return done


def _stored(row: dict[str, Any]) -> StoredObject:
    return StoredObject(RawKey.parse(row["key"]), row["size"], row["etag"])


def _left(left: Left, *, is_rejected: bool) -> dict[str, Any]:
    return {
        "key": left.key,
        "code": left.code,
        "reason": left.reason,
        "is_rejected": is_rejected,
    }
