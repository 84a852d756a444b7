"""What an earlier attempt of the same run landed: S3 itself is the run's memory.

A manifest means the run is complete. Parts without one mean that the attempt broke off: their
playlists count as landed, and the run goes on with the next part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, decode_manifest
from playlake_contracts.raw import (
    RawSnapshot,
    Tail,
    decode_details,
    decode_snapshot,
    read_frames,
    read_header,
)
from playlake_extractor.errors import LandingFailedError, PlaylistError
from playlake_extractor.run import playlist_outcomes as outcomes
from playlake_extractor.run.details import Found, Kind, uri_of
from playlake_extractor.run.parts import Contents, summarise
from playlake_extractor.sources.spotify.responses import (
    Playlist,
    Reading,
    decode_page,
    decode_playlist,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_extractor.ports import RawStore
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.state import State

# The largest playlists have some 11,000 entries, about 40 MB of indented JSON.
_MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024

_DETAILS = frozenset(Kind)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is found under a run's prefix.

    Attributes:
        manifest: the run's manifest; None while the run is incomplete.
        next_part: the number of the first part not landed.
        parts: the parts landed, where there is no manifest.
        playlists: the outcomes of the playlists in them, by playlist id.
        found: the artists and albums in them.
    """

    manifest: Manifest | None = None
    next_part: int = 0
    parts: list[PartSummary] = field(default_factory=list)
    playlists: dict[str, PlaylistOutcome] = field(default_factory=dict)
    found: Found = field(default_factory=Found)


def find_earlier(run: Run, store: RawStore, state: State) -> Earlier:
    """Find what was already landed for a run; `state` tells what was in force before it.

    Raises:
        LandingFailedError: S3 does not answer, or an object of the run cannot be read.
    """
    keys = list(_known(store.keys(run_prefix(run.source, run.run_id))))
    for key in keys:
        if key.is_manifest:
            return Earlier(manifest=_read_manifest(store, key))
    return _read_parts(store, keys, state)


def _known(keys: Iterable[str]) -> Iterator[RawKey]:
    for text in keys:
        try:
            yield RawKey.parse(text)
        except ValueError:
            log.warning("foreign_object_ignored", object_key=text)


def _read_manifest(store: RawStore, key: RawKey) -> Manifest:
    try:
        return decode_manifest(store.read(str(key)))
    except ValueError as error:
        raise _unreadable(key, error) from error


def _read_parts(store: RawStore, keys: list[RawKey], state: State) -> Earlier:
    earlier = Earlier(next_part=_number(keys[-1]) + 1 if keys else 0)
    for key in keys:
        body = store.read(str(key))
        try:
            _read_part(key, body, state, earlier)
        except (ValueError, PlaylistError) as error:
            raise _unreadable(key, error) from error
    return earlier


def _read_part(key: RawKey, body: bytes, state: State, earlier: Earlier) -> None:
    """Add to `earlier` what a part holds."""
    contents = Contents()
    for frame in read_frames(body, max_frame_bytes=_MAX_SNAPSHOT_BYTES):
        if read_header(frame).kind in _DETAILS:
            details = decode_details(frame)
            earlier.found.landed.add(uri_of(Kind(details.kind), details.id))
            contents = contents.plus_details(json_bytes=len(frame), at=details.fetched_at)
        else:
            snapshot = decode_snapshot(frame)
            earlier.playlists[snapshot.playlist_id] = _landed(snapshot, key, state, earlier.found)
            contents = contents.plus(
                entries=snapshot.entries, json_bytes=len(frame), at=snapshot.fetched_at
            )
    earlier.parts.append(summarise(key, body, contents))


def _landed(snapshot: RawSnapshot, key: RawKey, state: State, found: Found) -> PlaylistOutcome:
    playlist, reading = _read_again(snapshot)
    found.named.update(reading.named)
    return outcomes.landed(
        snapshot.playlist_id,
        playlist,
        Tail(api=snapshot.api, entries=snapshot.entries, complete=snapshot.complete),
        total=reading.total,
        part=key.part,
        items_sha256=reading.items_sha256,
        before=state.playlists.get(snapshot.playlist_id),
    )


def _read_again(snapshot: RawSnapshot) -> tuple[Playlist, Reading]:
    playlist = decode_playlist(bytes(snapshot.playlist))
    if playlist.page is None:
        raise ValueError(f"the snapshot of {snapshot.playlist_id} holds no entries")
    reading = Reading(looks_for_names=True)
    reading.begin(playlist, playlist.page)
    for page in snapshot.pages:
        reading.add(decode_page(bytes(page)))
    return playlist, reading


def _number(key: RawKey) -> int:
    return int(key.part.removeprefix("part-"))


def _unreadable(key: RawKey, error: Exception) -> LandingFailedError:
    return LandingFailedError(
        f"{key} was landed by an earlier attempt of this run but cannot be read ({error}): "
        "move it out of the run's prefix and start again"
    )
