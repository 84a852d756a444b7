"""Runs remember by objects that are replaced only if nobody else has replaced them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from playlake_contracts.keys import details_key, state_key
from playlake_extractor.errors import ConfigurationError, LandingFailedError
from playlake_extractor.run.definition import SOURCE
from playlake_extractor.run.details import Asked, decode_asked, encode_asked, remember_asked
from playlake_extractor.run.state import (
    State,
    decode_state,
    encode_state,
    remember,
    remember_closed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.ports import StateStore
    from playlake_extractor.sources.spotify.quota_groups import Bucket

_ATTEMPTS = 10

Known = TypeVar("Known")

log = structlog.get_logger()


def recall(store: StateStore) -> State:
    """What earlier runs remembered; nothing before the first.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not give it.
    """
    return _STATE.load(store)[0]


def keep(store: StateStore, manifest: Manifest, mine: list[str] | None = None) -> None:
    """Add what a run has found to what is remembered, also while others do the same.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not take it.
    """
    _STATE.change(store, lambda state: remember(state, manifest, mine))


def keep_closed(store: StateStore, closed: Mapping[Bucket, datetime], now: datetime) -> None:
    """Add the buckets that Spotify closed, for a run that comes to no manifest.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not take it.
    """
    _STATE.change(store, lambda state: remember_closed(state, closed, now))


def recall_asked(store: StateStore) -> Asked:
    """Of whom earlier runs asked for details, and of whom they are wanted.

    Raises:
        ConfigurationError: what is stored cannot be read by this version.
        LandingFailedError: S3 did not give it.
    """
    return _ASKED.load(store)[0]


def keep_asked(
    store: StateStore, asked: Iterable[str], named: Iterable[str], now: datetime
) -> None:
    """Add of whom a run asked for details and whom it found named, also while others do the same.

    Raises:
        ConfigurationError: what is stored cannot be read by this version.
        LandingFailedError: S3 did not take it.
    """
    _ASKED.change(store, lambda known: remember_asked(known, asked, named, now))


@dataclass(frozen=True, slots=True)
class _Memory(Generic[Known]):
    """An object in which runs remember.

    Attributes:
        nothing: what is known before the first run.
        key: where it is stored, for people.
        without_it: what follows if it is deleted.
    """

    nothing: Known
    decode: Callable[[bytes], Known]
    encode: Callable[[Known], bytes]
    key: str
    without_it: str

    def load(self, store: StateStore) -> tuple[Known, str | None]:
        """What is known, and the mark under which it is stored."""
        found = store.load()
        if found is None:
            return self.nothing, None
        try:
            return self.decode(found.body), found.mark
        except ValueError as error:
            raise ConfigurationError(
                f"what earlier runs remember in {self.key} cannot be read ({error}): use the newer "
                f"Playlake that wrote it, or delete it, and {self.without_it}"
            ) from error

    def change(self, store: StateStore, change: Callable[[Known], Known]) -> None:
        """Replace what is known by what it becomes."""
        for _ in range(_ATTEMPTS):
            before, mark = self.load(store)
            after = change(before)
            if after == before or store.replace(self.encode(after), mark):
                return
            log.info("state_replaced_by_another_run")
        raise LandingFailedError(
            f"{self.key} was replaced by other runs again and again: see which extractors run at "
            "once"
        )


_STATE = _Memory(
    nothing=State(),
    decode=decode_state,
    encode=encode_state,
    key=state_key(SOURCE),
    without_it="the next run reads all playlists",
)
_ASKED = _Memory(
    nothing=Asked(),
    decode=decode_asked,
    encode=encode_asked,
    key=details_key(SOURCE),
    without_it="details are asked for again",
)
