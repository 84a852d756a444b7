"""Finds what an earlier attempt of the same run landed, so that the run can continue.

A manifest means that the run is complete. Parts without a manifest mean that the attempt broke off;
their playlists count as landed, and the run continues with the next part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake_contracts.json_text import storable
from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, decode_manifest
from playlake_contracts.raw import (
    RawSnapshot,
    decode_details,
    decode_snapshot,
    read_frames,
    read_header,
)
from playlake_extractor.errors import LandingFailedError, PlaylistError
from playlake_extractor.run import playlist_outcomes
from playlake_extractor.run.details import DetailsOfRun, name_of
from playlake_extractor.run.parts import Contents, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_extractor.ports import RawStore, Source
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.state import State

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Landed:
    """The objects under a run's prefix.

    Attributes:
        manifest: the run's manifest; None while the run is incomplete.
        next_part: the number of the first part that was not landed.
        parts: the landed parts, if there is no manifest.
        playlists: the outcomes of the playlists in them, by playlist id.
        details: the details in them.
    """

    manifest: Manifest | None = None
    next_part: int = 0
    parts: list[PartSummary] = field(default_factory=list)
    playlists: dict[str, PlaylistOutcome] = field(default_factory=dict)
    details: DetailsOfRun = field(default_factory=DetailsOfRun)


def find_landed(run: Run, store: RawStore, state: State, source: Source) -> Landed:
    """Find what was already landed for a run; `state` has the snapshots that were in force before.

    Raises:
        LandingFailedError: S3 does not answer, or an object of the run cannot be read.
    """
    keys = list(_known(store.keys(run_prefix(run.source, run.run_id))))
    for key in keys:
        if key.is_manifest:
            return Landed(manifest=read_manifest(store, key))
    return _read_parts(store, keys, _Reader(state, source))


def _known(keys: Iterable[str]) -> Iterator[RawKey]:
    for text in keys:
        try:
            yield RawKey.parse(text)
        except ValueError:
            log.warning("foreign_object_ignored", object_key=text)


def read_manifest(store: RawStore, key: RawKey) -> Manifest:
    """Read the manifest of a run.

    Raises:
        LandingFailedError: S3 does not answer, or the object is not a manifest.
    """
    try:
        return decode_manifest(store.read(str(key)))
    except ValueError as error:
        raise _unreadable(key, error) from error


def _read_parts(store: RawStore, keys: list[RawKey], reader: _Reader) -> Landed:
    landed = Landed(next_part=_number(keys[-1]) + 1 if keys else 0)
    for key in keys:
        body = store.read(str(key))
        try:
            reader.read_part(key, body, landed)
        except (ValueError, PlaylistError) as error:
            raise _unreadable(key, error) from error
    return landed


@dataclass(frozen=True, slots=True)
class _Reader:
    state: State
    source: Source

    def read_part(self, key: RawKey, body: bytes, landed: Landed) -> None:
        """Add the contents of a part to `landed`."""
        contents = Contents()
        for frame in read_frames(body):
            if read_header(frame).kind in self.source.details_kinds:
                details = decode_details(frame)
                landed.details.landed.add(name_of(self.source.name, details.kind, details.id))
                contents = contents.plus_details(json_bytes=len(frame), at=details.fetched_at)
            else:
                snapshot = _decode_snapshot(frame)
                outcome = self._outcome(snapshot, key, landed)
                landed.playlists[snapshot.playlist_id] = outcome
                contents = contents.plus(
                    entries=outcome.entries or 0, json_bytes=len(frame), at=snapshot.fetched_at
                )
        landed.parts.append(summarise(key, body, contents))

    def _outcome(self, snapshot: RawSnapshot, key: RawKey, landed: Landed) -> PlaylistOutcome:
        read = self.source.read_landed(snapshot)
        landed.details.named.update(read.named)
        before = self.state.playlists.get(snapshot.playlist_id)
        return playlist_outcomes.landed(snapshot.playlist_id, read, part=key.part, before=before)


def _decode_snapshot(frame: bytes) -> RawSnapshot:
    try:
        return decode_snapshot(frame)
    except msgspec.DecodeError:
        return decode_snapshot(storable(frame))


def _number(key: RawKey) -> int:
    return int(key.part.removeprefix("part-"))


def _unreadable(key: RawKey, error: Exception) -> LandingFailedError:
    return LandingFailedError(
        f"{key} was landed by an earlier attempt of this run but cannot be read ({error}): "
        "move it out of the run's prefix and start again"
    )
