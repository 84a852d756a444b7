"""What was erased from a lake is not landed again: one look before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from playlake_contracts.erased import Erased, Kind
from playlake_contracts.keys import ERASURES_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    # JSON of a source, and whether the user with an id was erased, to JSON without those.
    WithoutUsers = Callable[[bytes, Callable[[str], bool]], bytes]

    from playlake_extractor.ports import RawStore

log = structlog.get_logger()


def read_erased(store: RawStore) -> Erased:
    """What was erased from a lake.

    Raises:
        LandingFailedError: the lake does not answer.
    """
    return Erased.listed(store.keys(ERASURES_PREFIX))


def without_erased(playlist_ids: Iterable[str], source: str, erased: Erased) -> list[str]:
    """The playlists that were not erased. Of others only the number is logged, and nothing landed.

    They have no outcome either, because that would bring their ids back into the lake.
    """
    before = list(playlist_ids)
    left = [one for one in before if not erased.has(source, Kind.PLAYLIST, one)]
    if len(left) < len(before):
        log.warning("erased_playlists_not_read", playlists=len(before) - len(left))
    return left


def as_sent(response: bytes) -> bytes:
    """A response as it is."""
    return response


def cleaning(source: str, erased: Erased, without_users: WithoutUsers) -> Callable[[bytes], bytes]:
    """What takes users who were erased out of a response; nothing is looked into if none were."""
    if not erased.of(source, Kind.USER):
        return as_sent
    return lambda body: without_users(body, lambda user: erased.has(source, Kind.USER, user))
