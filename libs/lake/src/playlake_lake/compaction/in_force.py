"""Which compacted files are in force: one object that is replaced by compare-and-swap.

It names the compacted files of each month, and a list of the commit marks that they contain. All
that it names is written before, and is never written again. If it is gone, nothing is in force, and
the files of the parts have every row.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import IN_FORCE_KEY, compaction_record_key, generation_of
from playlake_lake.errors import DamagedLakeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IN_FORCE_SCHEMA: Final = "playlake.in-force/1"
MARKS_SCHEMA: Final = "playlake.compacted-marks/1"
_MARKS: Final = "marks"
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class Reads(Protocol):
    """What gives the objects of a lake."""

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""


class CompactedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A compacted object.

    Attributes:
        key: its key.
        rows: the number of its rows.
        size: its size in bytes.
        md5: the MD5 digest of its bytes.
    """

    key: str
    rows: int
    size: int
    md5: str


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """The compacted days of a month.

    Attributes:
        inputs: the digest of the commit marks that it was made from.
        marks: the key of the list of these marks.
        days: their days, in order.
        parts: their number.
        tables: the file of each table that was compacted; None if it has no rows. The rows of a
            table that is absent are in the files of the parts.
        observed: the months in which the runs of these days observed playlists, in order.
    """

    inputs: str
    marks: str
    days: tuple[str, ...]
    parts: int
    tables: dict[str, CompactedFile | None]
    observed: tuple[str, ...] = ()


class HistoryMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The history of all playlists in a month, by the time of their observations.

    Attributes:
        inputs: the digest of all that it was made from.
        before: `inputs` of the month before in the history; None if it is the first.
        bases: `Month.inputs` of each month whose files were read or looked for; None if that month
            was not compacted.
        tables: the file of each table with what the month has ended; None if it has no rows.
        standing: likewise with what lasts at its end. That of the last month counts.
        checkpoint: the states of all playlists at its end.
    """

    inputs: str
    before: str | None
    bases: dict[str, str | None]
    tables: dict[str, CompactedFile | None]
    standing: dict[str, CompactedFile | None]
    checkpoint: CompactedFile

    def files(self) -> Iterator[CompactedFile]:
        """All of its objects."""
        yield self.checkpoint
        for file in (*self.tables.values(), *self.standing.values()):
            if file is not None:
                yield file


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force.

    Attributes:
        months: the compacted months, such as `2026-11`.
        history: the months of the history.
        retired: the keys of objects that are no longer in force, and since when.
        removing: the keys of those that are being removed; nothing may come into force under them.
    """

    schema: str = IN_FORCE_SCHEMA
    months: dict[str, Month] = {}
    history: dict[str, HistoryMonth] = {}
    retired: dict[str, datetime] = {}
    removing: tuple[str, ...] = ()

    def files(self) -> Iterator[CompactedFile]:
        """The objects in force, without the lists of marks."""
        for month in self.months.values():
            yield from (file for file in month.tables.values() if file is not None)
        for history in self.history.values():
            yield from history.files()

    def history_files(self, table: str) -> list[CompactedFile]:
        """The files of a table of the history: of each month what ended, of the last what lasts."""
        months = [month for _, month in sorted(self.history.items())]
        found = [month.tables.get(table) for month in months]
        found += [month.standing.get(table) for month in months[-1:]]
        return [file for file in found if file is not None]

    def history_generations(self) -> dict[str, list[str]]:
        """The generations in force of each table of the history."""
        return {
            table: [generation_of(file.key) for file in self.history_files(table)]
            for table in HISTORY_TABLES
        }

    def keys(self) -> set[str]:
        """The keys of all objects in force."""
        return {file.key for file in self.files()} | {month.marks for month in self.months.values()}


class MarkList(msgspec.Struct, frozen=True, kw_only=True):
    """The commit marks that a compacted month contains: by key, the version of each."""

    schema: str = MARKS_SCHEMA
    marks: dict[str, str]


def decode_in_force(body: bytes | None) -> InForce:
    """Decode what is in force; nothing is if there is no object.

    Raises:
        DamagedLakeError: it cannot be read, or a later version wrote it.
    """
    if body is None:
        return InForce()
    in_force = _decoded(body, InForce, IN_FORCE_KEY)
    _check_schema(in_force.schema, IN_FORCE_SCHEMA, IN_FORCE_KEY)
    return in_force


def encode_in_force(in_force: InForce) -> bytes:
    """Encode what is in force; equal values give equal bytes."""
    return msgspec.json.format(_encoder.encode(in_force), indent=1)


def read_in_force(lake: Reads) -> InForce:
    """What is in force in a lake.

    Raises:
        DamagedLakeError: as for `decode_in_force`.
    """
    return decode_in_force(lake.read(IN_FORCE_KEY))


def encode_marks(month: str, marks: Mapping[str, str]) -> tuple[str, bytes]:
    """The key and the bytes of the list of a month's marks; the key has the digest of the bytes."""
    body = _encoder.encode(MarkList(marks=dict(marks)))
    return compaction_record_key(_MARKS, month, digest(body), "json"), body


def read_marks(lake: Reads, key: str) -> dict[str, str]:
    """The marks that a compacted month contains.

    Raises:
        DamagedLakeError: the list is missing or unreadable.
    """
    body = lake.read(key)
    if body is None:
        raise DamagedLakeError(f"{key} is missing though it is in force: {_ADVICE}")
    listed = _decoded(body, MarkList, key)
    _check_schema(listed.schema, MARKS_SCHEMA, key)
    return listed.marks


def digest(body: bytes) -> str:
    """The digest that keys of compacted objects have: 32 hexadecimal digits of SHA-256."""
    return hashlib.sha256(body).hexdigest()[:32]


_ADVICE: Final = f"delete {IN_FORCE_KEY}, then run `playlake compact`; no row is lost"
_encoder = msgspec.json.Encoder(order="deterministic")


def _decoded(body: bytes, kind: type[_Struct], key: str) -> _Struct:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedLakeError(f"{key} cannot be read ({error}): {_ADVICE}") from error


def _check_schema(found: str, expected: str, key: str) -> None:
    if found != expected:
        raise DamagedLakeError(
            f"{key} is {found[:80]!r} and not {expected!r}: install the version of Playlake that "
            "wrote it"
        )
