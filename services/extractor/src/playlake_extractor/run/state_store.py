"""Loads and saves the state of runs. An object is replaced only if no other run has replaced it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from playlake_contracts.keys import details_key, state_key
from playlake_extractor.errors import ConfigurationError, LandingFailedError
from playlake_extractor.run.details import (
    RequestedDetails,
    add_requested,
    decode_requested,
    encode_requested,
)
from playlake_extractor.run.state import State, add_closed, add_run, decode_state, encode_state

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.ports import StateStore

_ATTEMPTS = 10

Stored = TypeVar("Stored")

log = structlog.get_logger()


def load_state(store: StateStore, source: str) -> State:
    """Load what earlier runs of a source stored; an empty state before the first run.

    Raises:
        ConfigurationError: the stored bytes are not a state that this version can read.
        LandingFailedError: S3 did not return them.
    """
    return _STATE.load(store, source)[0]


def save_run(
    store: StateStore,
    manifest: Manifest,
    mine: list[str] | None = None,
    broken_off: Collection[str] = (),
) -> None:
    """Add what a run has found, also while other runs do the same.

    Raises:
        ConfigurationError: the stored bytes are not a state that this version can read.
        LandingFailedError: S3 did not take the state.
    """
    _STATE.change(store, manifest.source, lambda state: add_run(state, manifest, mine, broken_off))


def save_closed(
    store: StateStore, source: str, closed: Mapping[str, datetime], now: datetime
) -> None:
    """Add the groups that the source closed, for a run that ends without a manifest.

    Raises:
        ConfigurationError: the stored bytes are not a state that this version can read.
        LandingFailedError: S3 did not take the state.
    """
    _STATE.change(store, source, lambda state: add_closed(state, closed, now))


def load_requested(store: StateStore, source: str) -> RequestedDetails:
    """What details earlier runs of a source requested, and which are wanted.

    Raises:
        ConfigurationError: the stored bytes cannot be read by this version.
        LandingFailedError: S3 did not return them.
    """
    return _REQUESTED.load(store, source)[0]


def save_requested(
    store: StateStore, source: str, asked: Iterable[str], named: Iterable[str], now: datetime
) -> None:
    """Add what details a run requested and what its playlists named.

    Raises:
        ConfigurationError: the stored bytes cannot be read by this version.
        LandingFailedError: S3 did not take them.
    """
    _REQUESTED.change(store, source, lambda known: add_requested(known, asked, named, now))


@dataclass(frozen=True, slots=True)
class _StoredObject(Generic[Stored]):
    """An object that runs store.

    Attributes:
        empty: its value before the first run.
        key: gives where the object of a source is stored.
        without_it: what follows if it is deleted.
    """

    empty: Stored
    decode: Callable[[bytes], Stored]
    encode: Callable[[Stored], bytes]
    key: Callable[[str], str]
    without_it: str

    def load(self, store: StateStore, source: str) -> tuple[Stored, str | None]:
        """The stored value, and the mark under which it is stored."""
        found = store.load()
        if found is None:
            return self.empty, None
        try:
            return self.decode(found.body), found.mark
        except ValueError as error:
            raise ConfigurationError(
                f"{self.key(source)}, which earlier runs stored, cannot be read ({error}): use the "
                f"newer Playlake that wrote it, or delete it; then {self.without_it}"
            ) from error

    def change(self, store: StateStore, source: str, change: Callable[[Stored], Stored]) -> None:
        """Replace the stored value by what `change` makes of it."""
        for _ in range(_ATTEMPTS):
            before, mark = self.load(store, source)
            after = change(before)
            if after == before or store.replace(self.encode(after), mark):
                return
            log.info("state_replaced_by_another_run")
        raise LandingFailedError(
            f"{self.key(source)} was replaced by other runs again and again: check how many "
            "extractors run at the same time"
        )


_STATE = _StoredObject(
    empty=State(),
    decode=decode_state,
    encode=encode_state,
    key=state_key,
    without_it="the next run reads all playlists",
)
_REQUESTED = _StoredObject(
    empty=RequestedDetails(),
    decode=decode_requested,
    encode=encode_requested,
    key=details_key,
    without_it="details are requested again",
)
