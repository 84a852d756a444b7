"""What was erased from a lake is not landed again, and users get pseudonyms if that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import structlog

from playlake_contracts.erased import Erased, Kind
from playlake_contracts.keys import ERASURES_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_extractor.ports import RawStore


class WithoutUsers(Protocol):
    """Puts others in the place of users in JSON of a source; see `ports.Source`."""

    def __call__(
        self, body: bytes, instead: Callable[[str], str | None], *, artists: bool = True
    ) -> bytes:
        """The JSON with others in the place of users."""


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


def cleaning(
    source: str,
    erased: Erased,
    without_users: WithoutUsers,
    pseudonyms: Pseudonyms | None = None,
) -> Callable[[bytes], bytes]:
    """What puts others in the place of users in a response; nothing is looked into if none is to.

    Args:
        source: the source.
        erased: what was erased. Users were erased by their ids, or by their pseudonyms.
        without_users: replaces users in JSON of the source.
        pseudonyms: those of all users who are left, except where they are artists.
    """
    has_erased = erased.of(source, Kind.USER)
    if not has_erased and pseudonyms is None:
        return as_sent

    def clean(body: bytes) -> bytes:
        left = without_users(body, erased.instead(source)) if has_erased else body
        if pseudonyms is None:
            return left
        masked = without_users(left, pseudonyms.of, artists=False)
        return without_users(masked, erased.instead(source)) if has_erased else masked

    return clean
