"""The manifests in the raw bucket: what every run said of itself."""

from __future__ import annotations

from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lake import raw_keys
from playlake_contracts.keys import RAW_PREFIX
from playlake_contracts.manifest import Manifest, decode_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

_MOST_NEAREST = 3


def manifest_keys(aws: LocalAws, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The keys of the manifests under a prefix, the newest run first."""
    found = (key for key in raw_keys(aws, prefix) if key.is_manifest)
    return sorted(found, key=lambda key: (key.run_id, key.source), reverse=True)


def read_manifest(aws: LocalAws, key: RawKey) -> Manifest:
    """Read a manifest.

    Raises:
        CommandError: it is none.
    """
    try:
        return decode_manifest(raw_manifest(aws, key))
    except ValueError as error:
        raise CommandError(f"{key} is no manifest that can be read: {error}") from error


def raw_manifest(aws: LocalAws, key: RawKey) -> bytes:
    """A manifest as it was landed."""
    bucket = aws.resources.raw_bucket
    return aws.s3.get_object(Bucket=bucket, Key=str(key))["Body"].read()


def readable_manifests(
    aws: LocalAws, keys: Iterable[RawKey], say: Callable[[str], None] = lambda _: None
) -> Iterator[Manifest]:
    """The manifests among some that can be read; the others are said."""
    for key in keys:
        try:
            yield read_manifest(aws, key)
        except CommandError as error:
            say(str(error))


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
