"""What is kept of an erasure: its progress while it lasts, and a receipt afterwards.

Neither has an id or a name. The progress says which raw objects are concerned, so that an erasure
that was interrupted completes also those whose raw object it has done already.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from playlake_contracts.keys import ERASURES_PREFIX
from playlake_lake.errors import DamagedLakeError

if TYPE_CHECKING:
    from playlake_contracts.erased import Tombstone
    from playlake_lake.erasure.store import ErasableStore

_Utc = Annotated[datetime, msgspec.Meta(tz=True)]
_CHANCE_BYTES: Final = 4


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure that is not at its end.

    Attributes:
        began_at: when it began, UTC.
        objects: the keys of the raw objects that it has to write anew.
        addresses: the digests of the addresses of covers that it removes.
    """

    schema: str = "playlake.erasure-progress/1"
    began_at: _Utc
    objects: list[str] = []
    addresses: list[str] = []


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure did.

    Attributes:
        kind: `user`, `playlist`, `account`, or `all` of a source or of the lake.
        source: the source; None if it was all of the lake.
        began_at: when it began, UTC.
        ended_at: when it ended, UTC.
        raw_objects: raw objects that were written anew.
        raw_objects_removed: raw objects of which nothing was left.
        playlist_frames: frames of the playlist that were cut out of raw objects.
        user_frames: frames out of which the user was taken.
        rows: rows of the tables that are gone.
        records: state, rejects, failures and dead letters that were changed or removed.
        covers: images of covers and links to them that were removed.
        elsewhere: results of queries that were removed.
        months: compacted months that were made again.
        old_versions: versions of objects that were no longer in force, and were removed.
        passes: how often the raw objects were looked through.
        unreadable: raw objects that cannot be read, so that nothing was taken out of them.
    """

    schema: str = "playlake.erasure/1"
    kind: str
    source: str | None
    began_at: _Utc
    ended_at: _Utc
    raw_objects: int = 0
    raw_objects_removed: int = 0
    playlist_frames: int = 0
    user_frames: int = 0
    rows: int = 0
    records: int = 0
    covers: int = 0
    elsewhere: int = 0
    months: int = 0
    old_versions: int = 0
    passes: int = 0
    unreadable: int = 0


def progress_key(tombstone: Tombstone) -> str:
    """The key of the progress of an erasure."""
    return f"{ERASURES_PREFIX}progress-{tombstone.digest}.json"


def read_progress(store: ErasableStore, key: str) -> Progress | None:
    """The progress of an erasure that was interrupted; None if there is none.

    Raises:
        DamagedLakeError: it cannot be read.
    """
    body = store.read(key)
    try:
        return None if body is None else msgspec.json.decode(body, type=Progress)
    except msgspec.DecodeError as error:
        raise DamagedLakeError(
            f"{key} cannot be read ({error}): delete it, and erase again"
        ) from error


def write_progress(store: ErasableStore, key: str, progress: Progress) -> Progress:
    """Keep progress; what another process has kept of the same erasure is added to it."""
    while True:
        held = store.held(key)
        kept = None if held is None else msgspec.json.decode(held.body, type=Progress)
        merged = progress if kept is None else _merged(progress, kept)
        body = msgspec.json.format(msgspec.json.encode(merged), indent=1)
        if store.replace(key, body, held and held.etag):
            return merged


def put_receipt(store: ErasableStore, receipt: Receipt) -> str:
    """Put a receipt, and return its key."""
    at, chance = receipt.ended_at.strftime("%Y%m%dT%H%M%SZ"), secrets.token_hex(_CHANCE_BYTES)
    key = f"{ERASURES_PREFIX}receipt-{at}-{chance}.json"
    store.put_new(key, msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n")
    return key


def _merged(progress: Progress, kept: Progress) -> Progress:
    return Progress(
        began_at=min(progress.began_at, kept.began_at),
        objects=sorted({*progress.objects, *kept.objects}),
        addresses=sorted({*progress.addresses, *kept.addresses}),
    )
