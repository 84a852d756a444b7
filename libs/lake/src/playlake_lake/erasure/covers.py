"""Which kept covers playlists name, in raw objects and in rows whose raw objects are gone."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Final

import msgspec
import pyarrow.parquet as pq

from playlake_contracts.keys import address_digest, source_prefix, table_prefix
from playlake_contracts.raw import read_frames
from playlake_lake.erasure.store import bodies
from playlake_lake.marks import raw_key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_lake.erasure.store import ErasableStore

_ADDRESS: Final = re.compile(rb'"https?:(?:[^"\\]|\\.)*"')
_TABLE: Final = "playlists"
_COLUMN: Final = "image_url"


def addresses_in(frame: bytes) -> set[str]:
    """The digests of all addresses in a frame."""
    found = set()
    for text in set(_ADDRESS.findall(frame)):
        try:
            found.add(address_digest(msgspec.json.decode(text, type=str)))
        except (ValueError, msgspec.MsgspecError):
            continue
    return found


def addresses_named(store: ErasableStore, source: str, counts: Callable[[str], bool]) -> set[str]:
    """The digests of the addresses that playlists of a source have, or had.

    Args:
        store: the lake.
        source: the source.
        counts: whether what an object says counts, by its key.
    """
    raw = {key for key in store.versions(source_prefix(source)) if counts(key)}
    rows = [
        key
        for key in store.versions(table_prefix(_TABLE))
        if counts(key) and (of := raw_key_of(key)) and of.source == source and str(of) not in raw
    ]
    found: set[str] = set()
    for _, body in bodies(store, sorted(raw)):
        found.update(_in_part(body or b""))
    for _, body in bodies(store, rows):
        found.update(_in_rows(body or b""))
    return found


def _in_part(body: bytes) -> Iterator[str]:
    try:
        for frame in read_frames(body):
            yield from addresses_in(frame)
    except (ValueError, msgspec.MsgspecError):  # a manifest, or nobody can say what it names
        return


def _in_rows(body: bytes) -> Iterator[str]:
    if not body:
        return
    for address in pq.read_table(BytesIO(body), columns=[_COLUMN])[_COLUMN].to_pylist():
        try:
            yield address_digest(address or "")
        except ValueError:  # it is no address
            continue
