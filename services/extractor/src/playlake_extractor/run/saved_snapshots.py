"""Lands snapshots that people saved as one run, with the code that lands what a run fetches.

The run's id, its parts and its manifest follow from the saved bytes and their moment alone. So the
same import a second time, or after one that broke off, lands nothing twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.raw import Head
from playlake_contracts.runs import RunId
from playlake_contracts.version import VERSION
from playlake_extractor.ports import Traffic
from playlake_extractor.run import playlist_outcomes
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.definition import Run
from playlake_extractor.run.erasures import cleaning, read_erased, without_erased
from playlake_extractor.run.manifest_writer import land_manifest, make_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_extractor.ports import PlaylistRead, RawStore
    from playlake_extractor.run.erasures import WithoutUsers


class SavedFileError(ValueError):
    """A saved file cannot be read, or contradicts another one; the message names it."""


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A playlist from saved files.

    Attributes:
        kind: the kind of its frame in the raw envelope, which selects the reader.
        playlist: the saved playlist, byte for byte; None if only pages were saved.
        pages: the other saved pages in order, byte for byte.
        read: the result of reading them.
        origins: the files that they come from.
        has_available: whether any of its entries has an item that is available.
        name: the playlist's name if the bytes do not say it; it is landed beside them.
        is_given: whether the user gave the id or the name.
    """

    playlist_id: str
    kind: str
    playlist: bytes | None
    pages: tuple[bytes, ...]
    read: PlaylistRead
    origins: tuple[str, ...]
    has_available: bool
    name: str | None = None
    is_given: bool = False

    @property
    def bodies(self) -> tuple[bytes, ...]:
        """All that was saved, byte for byte."""
        return self.pages if self.playlist is None else (self.playlist, *self.pages)

    def holds_same(self, other: SavedSnapshot) -> bool:
        """Whether another snapshot has the same bytes of the same kind."""
        return (self.kind, self.bodies) == (other.kind, other.bodies)


def run_id_of(source: str, snapshots: Iterable[SavedSnapshot], at: datetime) -> RunId:
    """The id of the run that lands snapshots; it does not depend on their order or files."""
    contents = sorted(one for snapshot in snapshots for one in _contents(snapshot))
    return RunId.derive(source, at, *contents)


def _contents(snapshot: SavedSnapshot) -> Iterator[str]:
    """What distinguishes a snapshot: digests of its bytes, and what they do not say."""
    yield from (hashlib.sha256(body).hexdigest() for body in snapshot.bodies)
    if snapshot.is_given or snapshot.name is not None:
        yield f"{snapshot.kind} {snapshot.playlist_id} {snapshot.name or ''}"


def is_landed(source: str, run_id: RunId, store: RawStore) -> bool:
    """Whether a run is complete, which its manifest shows.

    Raises:
        LandingFailedError: S3 did not answer.
    """
    manifest = RawKey.of_manifest(source, run_id)
    return str(manifest) in store.keys(run_prefix(source, run_id))


def land_saved(
    source: str,
    snapshots: Iterable[SavedSnapshot],
    run_id: RunId,
    store: RawStore,
    without_users: WithoutUsers,
    pseudonyms: Pseudonyms | None = None,
) -> None:
    """Land snapshots and the manifest of their run; what was erased from the lake is left out.

    Args:
        source: the source.
        snapshots: what was saved.
        run_id: the run.
        store: where it is landed.
        without_users: replaces users in JSON of the source.
        pseudonyms: stand in the place of users, if that is wanted.

    Raises:
        LandingFailedError: S3 did not accept an object; landing again continues the run.
    """
    run = Run(source, run_id, VERSION, trigger="import")
    at = run_id.scheduled_at
    erased, found = read_erased(store), list(snapshots)
    left = without_erased((each.playlist_id for each in found), source, erased)
    chosen = (each for each in found if each.playlist_id in left)
    in_order = sorted(chosen, key=lambda snapshot: snapshot.playlist_id)
    clean = cleaning(source, erased, without_users, pseudonyms)
    with Bundle(run, store, lambda: at, clean=clean) as bundle:
        outcomes = [_add(snapshot, run, bundle) for snapshot in in_order]
        bundle.land()
    manifest = make_manifest(
        run,
        outcomes,
        bundle.parts,
        configured=len(in_order),
        traffic=Traffic(),
        started_at=at,
        finished_at=at,
    )
    land_manifest(run, manifest, store)


def _add(snapshot: SavedSnapshot, run: Run, bundle: Bundle) -> PlaylistOutcome:
    head = Head(
        source=run.source,
        kind=snapshot.kind,
        playlist_id=snapshot.playlist_id,
        run_id=str(run.run_id),
        fetched_at=run.run_id.scheduled_at,
        snapshot_id=snapshot.read.snapshot_id,
        name=UNSET if snapshot.name is None else snapshot.name,
    )
    part = bundle.add(
        Snapshot(head, lambda: snapshot.playlist, snapshot.pages, lambda: snapshot.read.tail)
    )
    return playlist_outcomes.landed(snapshot.playlist_id, snapshot.read, part=part)
