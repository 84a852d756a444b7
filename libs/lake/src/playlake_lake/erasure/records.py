"""Takes what is erased out of what runs and services keep beside the raw objects and the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.covers import links_of
from playlake_contracts.erased import Kind
from playlake_contracts.keys import (
    COVER_LINKS_PREFIX,
    FAILURES_PREFIX,
    NOTICES_KEY,
    REJECTED_PREFIX,
    cover_image_key,
    cover_links_prefix,
    state_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from playlake_contracts.keys import CoverLink
    from playlake_lake.erasure.store import ErasableStore
    from playlake_lake.erasure.subject import Subject

_RESTORE: Final = "restore-"


def clean_state(store: ErasableStore, subject: Subject) -> int:
    """Take it out of the state of runs, and remove records of restores that name it.

    The state about playlists has no users, whose ids can be any word.

    Returns:
        the number of objects that were changed or removed.
    """
    keys = [
        key
        for key in store.versions(state_prefix(subject.source))
        if subject.kind is Kind.PLAYLIST or _is_restore(key)
    ]
    return sum(_clean(store, key, subject) for key in [*keys, *store.versions(NOTICES_KEY)])


def remove_records(store: ErasableStore, subject: Subject) -> int:
    """Remove the records of rejects and of failures that name it; return their number.

    A raw object whose reject is removed is tried again, and rejected again without naming it.
    """
    removed = 0
    for prefix in (REJECTED_PREFIX, FAILURES_PREFIX):
        for key in store.versions(prefix):
            if subject.is_named_in(store.read(key) or b""):
                store.remove_for_good([key])
                removed += 1
    return removed


def remove_covers(store: ErasableStore, subject: Subject, addresses: Collection[str]) -> int:
    """Remove the links of some addresses of covers, and images that no other link leads to.

    Args:
        store: the lake.
        subject: what is erased.
        addresses: the digests of the addresses.

    Returns:
        the number of objects that were removed.
    """
    if not addresses:
        return 0
    links = links_of(store.versions(cover_links_prefix(subject.source)))
    gone = [link for link in links if link.address in addresses]
    # The image first: a link that is left is found again.
    others = {link.image for link in _all_links(store) if link not in gone}
    images = {link.image for link in gone} - others
    for image in sorted(images):
        store.remove_for_good([cover_image_key(image)])
    for link in gone:
        store.remove_for_good([str(link)])
    return len(images) + len(gone)


def _is_restore(key: str) -> bool:
    return key.rpartition("/")[2].startswith(_RESTORE)


def _all_links(store: ErasableStore) -> list[CoverLink]:
    return list(links_of(store.versions(COVER_LINKS_PREFIX)))


def _clean(store: ErasableStore, key: str, subject: Subject) -> bool:
    while True:
        held = store.held(key)
        if held is None or not subject.is_named_in(held.body):
            return False
        if _is_restore(key):
            store.remove_for_good([key])
            return True
        try:
            value = msgspec.json.decode(held.body)
        except msgspec.DecodeError:  # nobody can use it
            store.remove_for_good([key])
            return True
        body = msgspec.json.format(msgspec.json.encode(subject.without(value)), indent=1)
        if body == held.body or store.replace(key, body, held.etag):
            return True
