"""What a lake says of its retention: how long it keeps each source, and when it last looked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from playlake_contracts.keys import RETENTION_KEY
from playlake_contracts.retention import KeptDays
from playlake_lake.errors import DamagedLakeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_lake.compaction.store import Store


class Record(msgspec.Struct, frozen=True):
    """The record of a lake.

    Attributes:
        keep_days: as `KeptDays` writes it.
        looked_at: when somebody last began to look for what has expired, UTC.
        cleaned: by source, the day before which nothing is left.
    """

    keep_days: str = ""
    looked_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    cleaned: dict[str, str] = {}

    @property
    def kept(self) -> KeptDays:
        """How long the lake keeps each source."""
        return KeptDays.parse(self.keep_days)


_NOTHING: Final = Record()


def read_record(store: Store) -> Record:
    """The record of a lake; an empty one if it has none.

    Raises:
        DamagedLakeError: it is damaged.
    """
    held = store.held(RETENTION_KEY)
    return _decoded(None if held is None else held.body)


def change_record(store: Store, change: Callable[[Record], Record | None]) -> Record | None:
    """Change the record of a lake; `change` is asked again if another process was faster.

    Args:
        store: the lake.
        change: returns the record that it shall have, or None to leave it.

    Returns:
        the record that was written; None if it was left.

    Raises:
        DamagedLakeError: it is damaged.
    """
    while True:
        held = store.held(RETENTION_KEY)
        changed = change(_decoded(None if held is None else held.body))
        if changed is None:
            return None
        if store.replace(RETENTION_KEY, msgspec.json.encode(changed), held and held.etag):
            return changed


def write_record(store: Store, record: Record) -> None:
    """Write the record of a lake, whatever it has."""
    written = False
    while not written:
        held = store.held(RETENTION_KEY)
        written = store.replace(RETENTION_KEY, msgspec.json.encode(record), held and held.etag)


def _decoded(body: bytes | None) -> Record:
    if body is None:
        return _NOTHING
    try:
        record = msgspec.json.decode(body, type=Record)
        KeptDays.parse(record.keep_days)
    except (msgspec.DecodeError, ValueError) as error:
        raise DamagedLakeError(
            f"{RETENTION_KEY} cannot be read ({error}): delete it, then say again how long each "
            "source is kept, by `playlake retention` and its option --keep"
        ) from error
    return record
