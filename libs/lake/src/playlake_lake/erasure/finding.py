"""Finds the raw objects of a lake that have something of what is erased.

Every raw object of the source is read, because only the bytes themselves say what they hold.
Looked at again, only what has changed meanwhile is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.cleaning import clean_manifest, clean_response
from playlake_contracts.covers import links_of
from playlake_contracts.erased import Erased, Kind
from playlake_contracts.keys import (
    RawKey,
    cover_links_prefix,
    source_prefix,
)
from playlake_contracts.raw import playlist_of, read_frames
from playlake_contracts.sources.people import owner_of
from playlake_lake.erasure.covers import addresses_in
from playlake_lake.erasure.store import bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playlake_lake.erasure.store import ErasableStore
    from playlake_lake.erasure.subject import Subject


@dataclass(slots=True)
class Found:
    """What was found so far.

    Attributes:
        objects: the raw objects that are to be written anew, manifests among them.
        playlists: the number of frames of an erased playlist.
        redacted: the number of other frames with an erased user.
        owned: the ids of the playlists that the user owns.
        unreadable: the raw objects that cannot be read, so nobody knows what they have.
        addresses: the digests of kept covers' addresses in frames of an erased playlist.
        named: those in all other frames.
        without_raw: the number of committed parts with something of it whose raw objects are gone.
    """

    objects: set[RawKey] = field(default_factory=set)
    playlists: int = 0
    redacted: int = 0
    owned: set[str] = field(default_factory=set)
    unreadable: set[RawKey] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    without_raw: int = 0


@dataclass(slots=True)
class Finding:
    """Looks through the raw objects of a source.

    Attributes:
        store: the lake.
        subject: what is erased.
        between: is called before each object.
        found: what was found.
    """

    store: ErasableStore
    subject: Subject
    between: Callable[[], None]
    found: Found = field(default_factory=Found)
    _seen: dict[str, str] = field(default_factory=dict)

    def look(self, erased: Erased) -> set[RawKey]:
        """Look at what is new or has changed; return the raw objects to be written anew."""
        covers = self._covers()
        versions = self.store.versions(source_prefix(self.subject.source))
        keys = {key: each for key, each in versions.items() if self._seen.get(key) != each}
        dirty: set[RawKey] = set()
        for key, body in bodies(self.store, list(_raw_keys(keys))):
            self.between()
            if body is not None and self._is_dirty(key, body, erased, covers):
                manifest = RawKey.of_manifest(key.source, key.run_id)
                dirty |= {key, manifest} if str(manifest) in versions else {key}
        self._seen |= keys
        self.found.objects |= dirty
        return dirty

    def _is_dirty(self, key: RawKey, body: bytes, erased: Erased, covers: set[str]) -> bool:
        try:
            if key.is_manifest:
                return clean_manifest(body, key.source, erased, {}) is not body
            return sum(self._note(frame, erased, covers) for frame in read_frames(body)) > 0
        except (ValueError, msgspec.MsgspecError):
            self.found.unreadable.add(key)
            return False

    def _note(self, frame: bytes, erased: Erased, covers: set[str]) -> bool:
        """Whether something of a frame is erased."""
        subject, found = self.subject, self.found
        playlist_id = playlist_of(frame)
        is_gone = playlist_id is not None and erased.has(subject.source, Kind.PLAYLIST, playlist_id)
        if covers:
            (found.addresses if is_gone else found.named).update(addresses_in(frame) & covers)
        found.playlists += is_gone
        if is_gone:
            return True
        is_named = clean_response(frame, subject.source, erased) is not frame
        found.redacted += is_named
        if is_named and playlist_id is not None and self._owns(frame):
            found.owned.add(playlist_id)
        return is_named

    def _owns(self, frame: bytes) -> bool:
        return self.subject.kind is Kind.USER and (
            owner_of(frame, self.subject.source) == self.subject.id
        )

    def _covers(self) -> set[str]:
        """The digests of the addresses whose covers are kept."""
        if self.subject.kind is Kind.USER:
            return set()
        prefix = cover_links_prefix(self.subject.source)
        return {link.address for link in links_of(self.store.versions(prefix))}


def in_order(objects: Iterable[RawKey]) -> list[RawKey]:
    """Raw objects run by run, the parts of each before its manifest, which sums them up."""
    return sorted(objects, key=lambda each: (each.run_id, each.is_manifest, each.part))


def _raw_keys(keys: Iterable[str]) -> Iterator[RawKey]:
    for key in keys:
        try:
            yield RawKey.parse(key)
        except ValueError:  # somebody else's object
            continue
