"""The run manifest: exactly one outcome for every configured playlist, and the counts of each part.

A run lands its manifest last. A run with a manifest is complete.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal

import msgspec

from playlake_contracts.accounts import ACCOUNT_NAME
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Moment

SCHEMA = "playlake.manifest/1"

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class PlaylistOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A playlist's outcome.

    Attributes:
        playlist_id: the source's id.
        outcome: the outcome.
        code: the error code that caused it; None for `landed` and `unchanged`.
        reason: one sentence for a person.
        name: the playlist's name, if the source sent it.
        snapshot_id: the source's id of this version of the playlist, if known.
        entries: number of entries read.
        total: number of entries that the playlist has according to the source.
        complete: whether every page was read.
        part: the part that holds the snapshot.
        unchanged_since: the run whose snapshot is still current.
        items_sha256: digest of the contents, a `content.ContentDigest`.
        items_changed: whether the contents differ from the previous snapshot; None if the digests
            cannot be compared.
    """

    playlist_id: str
    outcome: Outcome
    code: str | None = None
    reason: str | None = None
    name: str | None = None
    snapshot_id: str | None = None
    entries: Int32 | None = None
    total: Int32 | None = None
    complete: bool | None = None
    part: str | None = None
    unchanged_since: str | None = None
    items_sha256: str | None = None
    items_changed: bool | None = None


class PartSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A landed part: its key, its counts, and its size in bytes before and after compression.

    A part holds snapshots or details of artists and albums, never both.
    """

    part: str
    key: str
    snapshots: int
    entries: int
    json_bytes: int
    bytes: int
    sha256: str
    details: int = 0


class DetailsCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The number of artists and albums whose details a run requested, by result.

    Attributes:
        artists: artists whose details were landed.
        albums: albums whose details were landed.
        refused: artists and albums for which the source has no details.
        left: artists and albums that are left to later runs.
    """

    artists: int
    albums: int
    refused: int
    left: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a run.

    Attributes:
        trigger: `schedule` for a run of the extractor, `import` for saved files.
        configured: number of playlists that the run was configured for.
        requests: number of requests sent to the source, without token requests.
        retries: number of requests that repeated a failed one.
        waited_seconds: time spent waiting before retries.
        not_before: by closed group of endpoints, the time when it opens again.
        details: counts of details; None if the run requested none.
        consent_ends_on: the day on which the user's consent ends, if it ends and is known.
        account: the account that the run read the source with; None if it has no name.
    """

    schema: str = SCHEMA
    source: str
    run_id: str
    trigger: Literal["schedule", "import"]
    extractor_version: str
    scheduled_at: Moment
    started_at: Moment
    finished_at: Moment
    configured: int
    requests: int
    playlists: list[PlaylistOutcome]
    parts: list[PartSummary]
    retries: int = 0
    waited_seconds: float = 0.0
    not_before: dict[str, Moment] = {}
    details: DetailsCounts | None = None
    consent_ends_on: date | None = None
    account: Annotated[str, msgspec.Meta(pattern=rf"\A{ACCOUNT_NAME}\Z")] | None = None

    def counts(self) -> dict[Outcome, int]:
        """The number of playlists by outcome, in the order of `Outcome`, without zeros."""
        counted = Counter(playlist.outcome for playlist in self.playlists)
        return {outcome: counted[outcome] for outcome in Outcome if counted[outcome]}


def encode_manifest(manifest: Manifest) -> bytes:
    """Encode a manifest as indented JSON.

    Raises:
        ValueError: the counts do not add up.
    """
    check_manifest(manifest)
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode_manifest(raw: bytes) -> Manifest:
    """Decode and check a manifest.

    Raises:
        ValueError: it is not a manifest of a known schema, or its counts do not add up.
    """
    manifest = msgspec.json.decode(raw, type=Manifest)
    if manifest.schema != SCHEMA:
        raise ValueError(f"manifest schema {manifest.schema!r} is not {SCHEMA!r}")
    check_manifest(manifest)
    return manifest


def check_manifest(manifest: Manifest) -> None:
    """Check that the counts of a manifest add up.

    Every playlist has one outcome, every landed playlist is in a part, every part holds as many
    entries as its playlists, and the parts hold the details that the run counted.

    Raises:
        ValueError: they do not; the message names both numbers.
    """
    ids = {playlist.playlist_id for playlist in manifest.playlists}
    if not len(ids) == len(manifest.playlists) == manifest.configured:
        raise ValueError(
            f"run {manifest.run_id}: {manifest.configured} playlists configured, "
            f"{len(manifest.playlists)} outcomes for {len(ids)} playlists"
        )
    landed = Counter(p.part for p in manifest.playlists if p.outcome is Outcome.LANDED)
    held = {part.part: part.snapshots for part in manifest.parts if not part.details}
    if dict(landed) != held or len({part.part for part in manifest.parts}) != len(manifest.parts):
        raise ValueError(
            f"run {manifest.run_id}: playlists landed by part {dict(landed)}, "
            f"snapshots held by {len(manifest.parts)} parts {held}"
        )
    entries = sum(playlist.entries or 0 for playlist in manifest.playlists)
    held_entries = sum(part.entries for part in manifest.parts)
    if entries != held_entries:
        raise ValueError(
            f"run {manifest.run_id}: {entries} entries of playlists landed, "
            f"{held_entries} held by its parts"
        )
    details = 0 if manifest.details is None else manifest.details.artists + manifest.details.albums
    held_details = sum(part.details for part in manifest.parts)
    if details != held_details:
        raise ValueError(
            f"run {manifest.run_id}: details of {details} artists and albums landed, "
            f"{held_details} held by its parts"
        )
