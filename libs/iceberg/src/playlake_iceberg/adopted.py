"""The list of the commit marks that an Iceberg table has adopted, with the version of each.

It lies beside the metadata of the table, and the newest snapshot names it. So it comes into force
with the commit of the table, and a commit that fails changes nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec
import zstandard

from playlake_contracts.keys import adopted_marks_key
from playlake_iceberg.errors import ForeignTableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_lake.compaction.in_force import Reads

_SCHEMA: Final = "playlake.iceberg-adopted/1"


class _List(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = _SCHEMA
    after: str | None
    marks: dict[str, str]


def encode_adopted(table: str, marks: Mapping[str, str], after: str | None) -> tuple[str, bytes]:
    """The key and the bytes of a list.

    Args:
        table: the table.
        marks: the versions of the marks by key.
        after: the key of the list before, if any. So no key is in force twice, and the list before
            can be removed.
    """
    body = msgspec.json.encode(_List(after=after, marks=dict(marks)), order="sorted")
    digest = hashlib.sha256(body).hexdigest()[:32]
    return adopted_marks_key(table, digest), zstandard.compress(body)


def read_adopted(lake: Reads, key: str) -> dict[str, str] | None:
    """The versions of the marks in a list, by key; None if there is no list.

    Raises:
        ForeignTableError: it cannot be read, or another version wrote it.
    """
    body = lake.read(key)
    if body is None:
        return None
    try:
        listed = msgspec.json.decode(zstandard.decompress(body), type=_List)
    except (msgspec.DecodeError, zstandard.ZstdError, UnicodeDecodeError) as error:
        raise ForeignTableError(f"{key} cannot be read ({error}): {START_ANEW}") from error
    if listed.schema != _SCHEMA:
        raise ForeignTableError(
            f"{key} is {listed.schema[:80]!r} and not {_SCHEMA!r}: {START_ANEW}"
        )
    return listed.marks


START_ANEW: Final = (
    "remove the Iceberg tables as docs/readers.md says, then run `playlake iceberg sync`; the lake "
    "has every row"
)
