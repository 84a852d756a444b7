"""The manifests of a lake, in which each run accounts for its playlists."""

from __future__ import annotations

from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.accounts import may_be_of
from playlake_contracts.explained import ExplainedError
from playlake_contracts.keys import RAW_PREFIX, source_prefix
from playlake_contracts.manifest import Manifest, decode_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playlake.lakes.lake import Lake
    from playlake_contracts.keys import RawKey

_MOST_NEAREST = 3


def manifest_keys(lake: Lake, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The keys of the manifests under a prefix, the newest run first."""
    found = (key for key in lake.raw_keys(prefix) if key.is_manifest)
    return sorted(found, key=lambda key: (key.run_id, key.source), reverse=True)


def read_manifest(lake: Lake, key: RawKey) -> Manifest:
    """Read a manifest.

    Raises:
        CommandError: it is none.
    """
    try:
        return decode_manifest(raw_manifest(lake, key))
    except ValueError as error:
        raise CommandError(f"{key} is no manifest that can be read: {error}") from error


def raw_manifest(lake: Lake, key: RawKey) -> bytes:
    """A manifest as it was landed."""
    return lake.read(str(key))


def readable_manifests(
    lake: Lake, keys: Iterable[RawKey], say: Callable[[str], None] = lambda _: None
) -> Iterator[Manifest]:
    """The manifests among some that can be read; the others are said."""
    for key in keys:
        try:
            yield read_manifest(lake, key)
        except ExplainedError as error:
            say(str(error))


def last_scheduled(lake: Lake, source: str, account: str | None = None) -> Manifest | None:
    """The newest run of a source and account; None if there is none. Imports are none.

    A lake may hold the runs of several sources and accounts; each has a schedule of its own.
    """
    keys = [
        key
        for key in manifest_keys(lake, source_prefix(source))
        if may_be_of(source, account, key.run_id)
    ]
    for manifest in readable_manifests(lake, keys):
        if (manifest.account, manifest.trigger) == (account, "schedule"):
            return manifest
    return None


def find_manifest(keys: Iterable[RawKey], run_id: str) -> RawKey:
    """The key of a run's manifest.

    Raises:
        CommandError: there is no such run; the message names the nearest.
    """
    found = {str(key.run_id): key for key in keys}
    with suppress(KeyError):
        return found[run_id]
    nearest = get_close_matches(run_id, found, n=_MOST_NEAREST, cutoff=0)
    advice = f"the nearest are {', '.join(nearest)}" if nearest else "nothing has run yet"
    raise CommandError(f"there is no run {run_id[:80]!r}: {advice}")
