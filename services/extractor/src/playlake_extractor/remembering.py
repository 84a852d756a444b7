"""Runs remember by one object that is replaced only if nobody else has replaced it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from playlake_extractor.domain.state import (
    State,
    decode_state,
    encode_state,
    remember,
    remember_closed,
)
from playlake_extractor.errors import ConfigurationError, LandingFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.domain.buckets import Bucket
    from playlake_extractor.ports import StateStore

_ATTEMPTS = 10

log = structlog.get_logger()


def recall(store: StateStore) -> State:
    """What earlier runs remembered; nothing before the first.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not give it.
    """
    found = store.load()
    return State() if found is None else _decoded(found.body)


def keep(store: StateStore, manifest: Manifest, mine: list[str] | None = None) -> None:
    """Add what a run has found to what is remembered, also while others do the same.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not take it.
    """
    _change(store, lambda state: remember(state, manifest, mine))


def keep_closed(store: StateStore, closed: Mapping[Bucket, datetime], now: datetime) -> None:
    """Add the buckets that Spotify closed, for a run that comes to no manifest.

    Raises:
        ConfigurationError: what is stored is no state that this version can read.
        LandingFailedError: S3 did not take it.
    """
    _change(store, lambda state: remember_closed(state, closed, now))


def _change(store: StateStore, change: Callable[[State], State]) -> None:
    for _ in range(_ATTEMPTS):
        found = store.load()
        before = State() if found is None else _decoded(found.body)
        after = change(before)
        mark = None if found is None else found.mark
        if after == before or store.replace(encode_state(after), mark):
            return
        log.info("state_replaced_by_another_run")
    raise LandingFailedError(
        "the state was replaced by other runs again and again: see which extractors run at once"
    )


def _decoded(body: bytes) -> State:
    try:
        return decode_state(body)
    except ValueError as error:
        raise ConfigurationError(
            f"the state of earlier runs cannot be read ({error}): use the newer Playlake that "
            "wrote it, or delete state/source=spotify/playlists.json, and the next run reads all"
        ) from error
