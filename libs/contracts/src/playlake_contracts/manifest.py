"""The run manifest: exactly one outcome for every configured playlist, and every part's counts.

It is the last object a run lands, so whoever sees it knows that the run is complete.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from playlake_contracts.raw import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "playlake.manifest/1"

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class Outcome(StrEnum):
    """What became of a playlist in a run."""

    LANDED = "landed"
    UNCHANGED = "unchanged"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    NOT_READABLE = "not_readable"
    RATE_LIMITED = "rate_limited"
    TORN = "torn"
    FAILED = "failed"


OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.LANDED: "A snapshot is in one of the run's parts.",
        Outcome.UNCHANGED: "The snapshot of an earlier run is still in force.",
        Outcome.FORBIDDEN: "Spotify answered 403.",
        Outcome.GONE: "Spotify answered 404.",
        Outcome.NOT_READABLE: "Spotify sent the playlist without its items.",
        Outcome.RATE_LIMITED: "Spotify, or the run's own budget, allows no more requests now.",
        Outcome.TORN: "The playlist kept changing while it was read.",
        Outcome.FAILED: "Anything else; the outcome's code and reason say what.",
    }
)


class PlaylistOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A playlist's outcome.

    Attributes:
        playlist_id: Spotify's id.
        outcome: what became of it.
        code: the error code behind any outcome but `landed` and `unchanged`.
        reason: one sentence for a person.
        name: the playlist's name, where Spotify sent it.
        snapshot_id: Spotify's version of the playlist, where known.
        entries: entries read.
        total: entries that Spotify says the playlist has.
        complete: whether `entries` is `total`.
        part: the part that holds the snapshot.
        unchanged_since: the run whose snapshot is still in force.
        items_sha256: digest of the entries' URIs and dates, in order.
        items_changed: whether that digest is another than the snapshot's before.
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
    """A landed part: its key, its counts, its size in bytes before and after compression.

    It holds snapshots or the details of artists and albums, never both.
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
    """What a run made of the artists and albums whose details were due.

    Attributes:
        artists: how many artists' details it landed.
        albums: how many albums'.
        refused: how many Spotify has, or gives, no details of.
        left: how many are left to the next run.
    """

    artists: int
    albums: int
    refused: int
    left: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A run's account of itself.

    Attributes:
        trigger: `schedule` for the extractor's runs, `import` for files of others.
        configured: how many playlists the run was asked for.
        requests: requests sent to Spotify, token requests left out.
        retries: how many of them were sent because another had failed.
        waited_seconds: the waits before those, and those that Spotify asked for.
        not_before: from when each group of endpoints that Spotify closed may be asked again.
        details: of artists and albums; None where none were asked for.
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

    def counts(self) -> dict[Outcome, int]:
        """How many playlists had each outcome, in the order of `Outcome`, zeros left out."""
        found = Counter(playlist.outcome for playlist in self.playlists)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}


def encode_manifest(manifest: Manifest) -> bytes:
    """Encode a manifest as indented JSON, for machines and for people.

    Raises:
        ValueError: the account does not add up.
    """
    check_manifest(manifest)
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode_manifest(raw: bytes) -> Manifest:
    """Decode and check a manifest.

    Raises:
        ValueError: it is no manifest of a known schema, or its account does not add up.
    """
    manifest = msgspec.json.decode(raw, type=Manifest)
    if manifest.schema != SCHEMA:
        raise ValueError(f"manifest schema {manifest.schema!r} is not {SCHEMA!r}")
    check_manifest(manifest)
    return manifest


def check_manifest(manifest: Manifest) -> None:
    """Check that every playlist has one outcome and every landed one a part that holds it.

    And that the parts hold the details that the run says it landed.

    Raises:
        ValueError: what does not add up.
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
    details = 0 if manifest.details is None else manifest.details.artists + manifest.details.albums
    held_details = sum(part.details for part in manifest.parts)
    if details != held_details:
        raise ValueError(
            f"run {manifest.run_id}: details of {details} artists and albums landed, "
            f"{held_details} held by its parts"
        )
