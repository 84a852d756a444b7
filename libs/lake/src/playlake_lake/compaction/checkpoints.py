"""Checkpoints of the history: the states of all playlists at the end of a month, in one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec
import zstandard
from msgspec.structs import replace

from playlake_contracts.keys import compaction_record_key
from playlake_lake.compaction.in_force import CompactedFile
from playlake_lake.errors import DamagedLakeError
from playlake_lake.folder import etag
from playlake_lake.history import Instant, State
from playlake_lake.history.records import Playlist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_lake.compaction.in_force import Reads
    from playlake_lake.compaction.store import Store

_CHECKPOINT: Final = "checkpoint"


class _Checkpoint(msgspec.Struct, frozen=True):
    """The states of all playlists at the end of a month: source, id and `State.to_bytes`."""

    states: list[tuple[str, str, bytes]]


class _Latest(msgspec.Struct, frozen=True):
    """The part of a state that says how far it goes."""

    latest: Instant | None = None


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Checkpoint)
_latest_decoder: Final = msgspec.msgpack.Decoder(_Latest)


def put_states(
    store: Store, month: str, inputs: str, states: Mapping[Playlist, State]
) -> CompactedFile:
    """Put a checkpoint; an equal one that is there already serves as well.

    Raises:
        DamagedLakeError: the key has another object.
    """
    encoded = [(*playlist, states[playlist].to_bytes()) for playlist in sorted(states)]
    body = zstandard.compress(_encoder.encode(_Checkpoint(encoded)))
    key = compaction_record_key(_CHECKPOINT, month, inputs, "msgpack.zst")
    file = CompactedFile(key=key, rows=len(states), size=len(body), md5=etag(body))
    if not store.put_new(key, body):
        body = store.read(key) or b""
        file = replace(file, size=len(body), md5=etag(body))
        if dict(read_checkpoint(store, file)) != states:
            raise _damaged(key)
    return file


class Checkpoint(Mapping[Playlist, State]):
    """The states of a checkpoint by playlist; each is decoded when it is asked for.

    Every lookup may raise `DamagedLakeError`.
    """

    def __init__(self, key: str, states: Mapping[Playlist, bytes]) -> None:
        self._key, self._states = key, states

    def __getitem__(self, playlist: Playlist) -> State:
        try:
            return State.from_bytes(self._states[playlist])
        except ValueError as error:
            raise _damaged(self._key) from error

    def __iter__(self) -> Iterator[Playlist]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def reached(self) -> dict[Playlist, Instant]:
        """The last observation of each playlist, whatever it said."""
        try:
            found = {each: _latest_decoder.decode(body) for each, body in self._states.items()}
        except msgspec.DecodeError as error:
            raise _damaged(self._key) from error
        return {each: one.latest for each, one in found.items() if one.latest is not None}


def read_checkpoint(lake: Reads, file: CompactedFile) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        DamagedLakeError: it is missing, or has other bytes than it had.
    """
    body = lake.read(file.key)
    if body is None or etag(body) != file.md5:
        raise _damaged(file.key)
    try:
        decoded = _decoder.decode(zstandard.decompress(body))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise _damaged(file.key) from error
    states = {Playlist(source, id_): each for source, id_, each in decoded.states}
    return Checkpoint(file.key, states)


def _damaged(key: str) -> DamagedLakeError:
    return DamagedLakeError(
        f"{key} is damaged: delete it, then run `playlake compact`, which makes it again"
    )
