"""Which kept covers playlists name, in rows and in raw objects that have none yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.keys import address_digest, source_prefix, table_prefix
from playlake_contracts.raw import read_frames
from playlake_lake.erasure.store import bodies, read_rows
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


def addresses_named(store: ErasableStore, source: str, is_left: Callable[[str], bool]) -> set[str]:
    """The digests of the addresses that playlists of a source have, or had.

    Rows name them; only what has no rows yet is read itself.

    Args:
        store: the lake.
        source: the source.
        is_left: whether an object is left of the lake, by its key.

    Raises:
        DamagedLakeError: a file of rows cannot be read.
    """
    rows = [key for key in store.versions(table_prefix(_TABLE)) if is_left(key)]
    of_source = [key for key in rows if (raw := raw_key_of(key)) and raw.source == source]
    committed = {str(raw_key_of(mark)) for mark in store.versions(table_prefix("loads"))}
    waiting = [
        key
        for key in store.versions(source_prefix(source))
        if is_left(key) and key not in committed
    ]
    found: set[str] = set()
    for key, body in bodies(store, of_source):
        found.update(_in_rows(key, body))
    for _, body in bodies(store, waiting):
        found.update(_in_part(body or b""))
    return found


def _in_part(body: bytes) -> Iterator[str]:
    try:
        for frame in read_frames(body):
            yield from addresses_in(frame)
    except (ValueError, msgspec.MsgspecError):  # a manifest, or what will be rejected
        return


def _in_rows(key: str, body: bytes | None) -> Iterator[str]:
    if body is None:
        return
    for address in read_rows(key, body)[_COLUMN].to_pylist():
        try:
            yield address_digest(address or "")
        except ValueError:  # it is no address
            continue
