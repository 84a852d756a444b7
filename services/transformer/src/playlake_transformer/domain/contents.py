"""The contents of a run's playlists: which snapshot is in force, and what it holds in figures.

A run asserts the contents of a playlist that it landed, or found unchanged since an earlier run. Of
any other outcome it asserts nothing. `playlist_daily` has a row for each that is asserted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.content import has_changed
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_transformer.errors import InvalidManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from playlake_contracts.manifest import Manifest, PlaylistOutcome

    # One number for each entry of a snapshot, equal for equal identities.
    Identities = NDArray[np.uint64]

_TABLE: Final = TABLES["playlist_daily"]


class UnreadableContentsError(Exception):
    """A file is not one of `playlist_daily`; what it says is found in raw objects instead."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a snapshot holds, as the columns of `playlist_daily` say it."""

    entries: int
    distinct_tracks: int
    distinct_artists: int
    duration_ms: int | None
    explicit_share: float | None
    median_release_year: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """The entries of a snapshot that another one has not, by identity."""

    entries_added: int
    entries_removed: int


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What a snapshot holds.

    Attributes:
        figures: its figures.
        identities: those of its entries, if they were asked for.
    """

    figures: Figures
    identities: Identities | None


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a playlist in a run; the columns of `playlist_daily` with the same names.

    Attributes:
        content_hash: the digest that the manifest has of them; no column.
    """

    playlist_id: str
    contents_run_id: str | None
    contents_part: str | None = None
    is_complete: bool | None = None
    entries: int | None = None
    distinct_tracks: int | None = None
    distinct_artists: int | None = None
    duration_ms: int | None = None
    explicit_share: float | None = None
    median_release_year: float | None = None
    entries_added: int | None = None
    entries_removed: int | None = None
    content_hash: str | None = None

    @property
    def is_read(self) -> bool:
        """Whether the figures are known; some of them may be null all the same."""
        return self.distinct_tracks is not None

    def part_key(self, source: str) -> RawKey | None:
        """The part that holds the snapshot; None if that is not known."""
        if self.contents_run_id is None or self.contents_part is None:
            return None
        try:
            return RawKey(source, RunId.parse(self.contents_run_id), self.contents_part)
        except ValueError:
            return None

    def with_figures(self, figures: Figures) -> Contents:
        """The same contents with their figures."""
        return replace(self, **{f.name: getattr(figures, f.name) for f in fields(figures)})

    def with_change(self, change: Change) -> Contents:
        """The same contents with their change."""
        return replace(self, **{f.name: getattr(change, f.name) for f in fields(change)})

    def known_from(self, earlier: Contents | None) -> Contents:
        """The same contents with what an earlier run knows of the same snapshot."""
        if earlier is None or earlier.contents_run_id != self.contents_run_id:
            return self
        known = {name: getattr(earlier, name) for name in _OF_SNAPSHOT}
        return replace(self, **{name: one for name, one in known.items() if one is not None})


UNCHANGED: Final = Change(0, 0)
# What is the same in every run in which a snapshot is in force.
_OF_SNAPSHOT: Final = ("contents_part", "is_complete", *(f.name for f in fields(Figures)))


def read_manifest(raw: bytes, key: RawKey) -> Manifest:
    """Read the manifest of a run; its end is in UTC.

    Raises:
        InvalidManifestError: it is not the manifest of the run, or its counts do not add up.
    """
    try:
        manifest = decode_manifest(raw)
        finished_at = manifest.finished_at.astimezone(UTC)
    except (ValueError, RecursionError, OverflowError) as error:
        raise InvalidManifestError(f"{key}: {error}") from error
    if (manifest.source, manifest.run_id) != (key.source, str(key.run_id)):
        raise InvalidManifestError(f"{key} holds the manifest of run {manifest.run_id}")
    return msgspec.structs.replace(manifest, finished_at=finished_at)


def asserted(manifest: Manifest) -> dict[str, Contents]:
    """The contents that a run asserts, by playlist, with what its manifest says of them."""
    found = (_asserted(playlist, manifest.run_id) for playlist in manifest.playlists)
    return {contents.playlist_id: contents for contents in found if contents is not None}


def _asserted(playlist: PlaylistOutcome, run_id: str) -> Contents | None:
    if playlist.outcome is Outcome.LANDED:
        return Contents(
            playlist_id=playlist.playlist_id,
            contents_run_id=run_id,
            contents_part=playlist.part,
            is_complete=playlist.complete,
            entries=playlist.entries,
            content_hash=playlist.items_sha256,
        )
    if playlist.outcome is Outcome.UNCHANGED:
        return Contents(
            playlist.playlist_id, playlist.unchanged_since, content_hash=playlist.items_sha256
        )
    return None


def with_known_change(now: Contents, before: Contents | None) -> Contents | None:
    """The contents with their change since the run before, without reading them.

    Args:
        now: the contents.
        before: those that the run before asserts; None if there are none. Then, and if a snapshot
            is incomplete, the change is not known.

    Returns:
        None if both have to be read.
    """
    if before is None or not (now.is_complete and before.is_complete):
        return now
    is_same = now.contents_run_id == before.contents_run_id
    if is_same or has_changed(now.content_hash, before.content_hash) is False:
        return now.with_change(UNCHANGED)
    return None


def read_contents(parquet: bytes) -> Mapping[str, Contents]:
    """Read the rows of a file of `playlist_daily`, by playlist.

    Raises:
        UnreadableContentsError: it is no such file.
    """
    columns = [f.name for f in fields(Contents) if f.name in _TABLE.schema.names]
    schema = pa.schema([_TABLE.schema.field(name) for name in columns])
    try:
        with pq.ParquetFile(BytesIO(parquet)) as file:
            rows = file.read(columns, use_threads=False).select(columns).cast(schema).to_pylist()
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise UnreadableContentsError(f"it is no file of playlist_daily: {error}") from error
    return {row["playlist_id"]: Contents(**row) for row in rows}
