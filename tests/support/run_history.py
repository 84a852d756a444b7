"""Runs of several playlists over some days, landed; and what `playlist_daily` must say of them.

The truth is computed with plain Python from the raw JSON, without the code under test. All
synthetic.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import zstandard

from playlake_contracts.accounts import run_id_of
from playlake_contracts.content import ContentDigest
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playlake_contracts.runs import RunId

    Entry = dict[str, Any]
    Row = dict[str, Any]

FIRST = datetime(2026, 11, 20, 6, tzinfo=UTC)
SNAPSHOTS_A_PART = 2


@dataclass(frozen=True, slots=True)
class Landed:
    """A playlist that a run landed: the items of its entries, None for one that is null."""

    items: Sequence[Entry | None]
    is_complete: bool = True
    has_digest: bool = True


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A playlist that is unchanged since a run, by its number."""

    since: int


Fate = Landed | Unchanged | Outcome


@dataclass(slots=True)
class History:
    """What some runs landed.

    Attributes:
        source: whose playlists they are.
        objects: the raw objects by their keys.
    """

    source: str = "spotify"
    objects: dict[RawKey, bytes] = field(default_factory=dict)
    _runs: list[RunId] = field(default_factory=list)
    _digests: dict[tuple[int, str], str | None] = field(default_factory=dict)

    def run(self, fates: Mapping[str, Fate], account: str | None = None) -> RawKey:
        """Land a run of an account on the next day; return the key of its manifest."""
        number = len(self._runs)
        run_id = run_id_of(self.source, FIRST + number * timedelta(days=1), account)
        self._runs.append(run_id)
        landed = [(name, fate) for name, fate in fates.items() if isinstance(fate, Landed)]
        parts: list[PartSummary] = []
        part_of: dict[str, str] = {}
        for first in range(0, len(landed), SNAPSHOTS_A_PART):
            held = landed[first : first + SNAPSHOTS_A_PART]
            key = RawKey.of_part(self.source, run_id, len(parts))
            self.objects[key] = b"".join(_frame(key, name, fate) for name, fate in held)
            parts.append(_summary(key, self.objects[key], held))
            part_of |= dict.fromkeys((name for name, _ in held), key.part)
        outcomes = [
            self._outcome(number, name, fate, part_of.get(name)) for name, fate in fates.items()
        ]
        manifest = RawKey.of_manifest(self.source, run_id)
        self.objects[manifest] = encode_manifest(
            Manifest(
                source=self.source,
                run_id=str(run_id),
                trigger="schedule",
                extractor_version="0.0-test",
                scheduled_at=run_id.scheduled_at,
                started_at=run_id.scheduled_at,
                finished_at=run_id.scheduled_at + timedelta(minutes=1),
                configured=len(outcomes),
                requests=0,
                playlists=outcomes,
                parts=parts,
                account=account,
            )
        )
        return manifest

    def part(self, run: int, number: int = 0) -> RawKey:
        """The key of a part."""
        return RawKey.of_part(self.source, self._runs[run], number)

    def manifest(self, run: int) -> RawKey:
        """The key of a manifest."""
        return RawKey.of_manifest(self.source, self._runs[run])

    @property
    def manifests(self) -> list[RawKey]:
        """The keys of all manifests."""
        return [key for key in self.objects if key.is_manifest]

    def _outcome(self, run: int, name: str, fate: Fate, part: str | None) -> PlaylistOutcome:
        if isinstance(fate, Outcome):
            return PlaylistOutcome(playlist_id=name, outcome=fate, code="synthetic")
        if isinstance(fate, Unchanged):
            return PlaylistOutcome(
                playlist_id=name,
                outcome=Outcome.UNCHANGED,
                unchanged_since=str(self._runs[fate.since]),
                items_sha256=self._digests.get((fate.since, name)),
            )
        digest = _digest(fate) if fate.has_digest else None
        self._digests[run, name] = digest
        return PlaylistOutcome(
            playlist_id=name,
            outcome=Outcome.LANDED,
            entries=len(fate.items),
            total=len(fate.items),
            complete=fate.is_complete,
            part=part,
            items_sha256=digest,
        )


def item(number: int, **changed: object) -> Entry:
    """A track; `changed` are other values of its fields, and `year` that of its album."""
    year = changed.pop("year", 1990 + number % 30)
    artists = [{"id": f"artist{each:016}", "name": f"A{each}"} for each in (number // 4, number)]
    released = None if year is None else f"{year}-05"
    album = {"id": f"album{number:017}", "name": "Größe", "release_date": released}
    return {
        "type": "track",
        "id": f"track{number:017}",
        "uri": f"spotify:track:track{number:017}",
        "name": f"Track {number}",
        "duration_ms": 180_000 + number,
        "explicit": number % 3 == 0,
        "album": album,
        "artists": artists,
    } | changed


def true_rows(objects: Mapping[RawKey, bytes], key: RawKey) -> dict[str, Row]:
    """The rows that the manifest `key` must become, by playlist, from the raw JSON alone.

    Without the columns that all tables have. Every raw object is there and can be read.
    """
    source, manifest = key.source, json.loads(objects[key])
    runs = [json.loads(objects[k]) for k in objects if k.is_manifest and k.source == source]
    earlier = [
        run
        for run in runs
        if run["run_id"] < manifest["run_id"] and run["account"] == manifest["account"]
    ]
    before = _asserted(max(earlier, key=lambda run: run["run_id"])) if earlier else {}
    rows = {}
    for name, run in _asserted(manifest).items():
        now = _snapshot(objects, source, run, name)
        then = _snapshot(objects, source, before[name], name) if name in before else None
        rows[name] = _figures(now) | _change(now, then) | {"contents_run_id": run}
    return rows


def _figures(snapshot: Row) -> Row:
    sent = [one for one in snapshot["items"] if one is not None]
    explicit = [one["explicit"] for one in sent if one.get("explicit") is not None]
    lengths = [one["duration_ms"] for one in sent if one.get("duration_ms") is not None]
    albums = [one.get("album") or {} for one in sent]
    # Spotify writes the year 0000 for an unknown one.
    years = [int(sent_on[:4]) for a in albums if (sent_on := a.get("release_date") or "0000")]
    years = [year for year in years if year]
    credited = [artist for one in sent for artist in one.get("artists") or []]
    artists = {artist["id"] for artist in credited if artist.get("id")}
    return {
        "playlist_id": snapshot["playlist_id"],
        "entries": len(snapshot["items"]),
        "distinct_tracks": len({one["id"] for one in sent if one["type"] == "track" and one["id"]}),
        "distinct_artists": len(artists),
        "duration_ms": sum(lengths) if lengths or not snapshot["items"] else None,
        "explicit_share": sum(explicit) / len(explicit) if explicit else None,
        "median_release_year": float(median(years)) if years else None,
        "contents_part": snapshot["part"],
        "is_complete": snapshot["complete"],
    }


def _change(now: Row, then: Row | None) -> Row:
    if then is None or not (now["complete"] and then["complete"]):
        return {"entries_added": None, "entries_removed": None}
    new, old = Counter(_identities(now)), Counter(_identities(then))
    return {"entries_added": (new - old).total(), "entries_removed": (old - new).total()}


def _identities(snapshot: Row) -> list[str | None]:
    return [None if one is None else one["uri"] for one in snapshot["items"]]


def _asserted(manifest: Row) -> dict[str, str]:
    """By playlist, the run whose snapshot is in force."""
    landed = {"landed": manifest["run_id"]}
    found = {
        one["playlist_id"]: landed.get(one["outcome"], one.get("unchanged_since"))
        for one in manifest["playlists"]
    }
    return {name: run for name, run in found.items() if run is not None}


def _snapshot(objects: Mapping[RawKey, bytes], source: str, run: str, name: str) -> Row:
    for key, body in objects.items():
        if key.is_manifest or (key.source, str(key.run_id)) != (source, run):
            continue
        for frame in _frames(body):
            if frame["playlist_id"] == name:
                return frame | {"part": key.part, "items": _items(frame)}
    raise AssertionError(f"{run} has not landed {name}")


def _frames(body: bytes) -> Iterator[Row]:
    with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as frames:
        text, at = frames.read().decode(), 0
    while at < len(text):
        frame, end = json.JSONDecoder().raw_decode(text, at)
        yield frame
        at = end + 1


def _items(frame: Row) -> list[Entry | None]:
    """The items of a snapshot, whose keys are of either generation."""
    first = frame["playlist"].get("items") or frame["playlist"]["tracks"]
    entries = [entry for page in (first, *frame["pages"]) for entry in page["items"]]
    return [entry["item"] if "item" in entry else entry["track"] for entry in entries]


def _frame(key: RawKey, name: str, fate: Landed) -> bytes:
    head = Head(
        source=key.source,
        playlist_id=name,
        run_id=str(key.run_id),
        fetched_at=key.run_id.scheduled_at,
        snapshot_id=None,
    )
    entries = [{"added_at": "2026-01-01T00:00:00Z", "item": one} for one in fate.items]
    page = {"items": entries, "offset": 0, "total": len(entries)}
    playlist = json.dumps({"id": name, "name": name, "items": page}).encode()
    tail = Tail(api="items", entries=len(entries), complete=fate.is_complete)
    return b"".join(compress_frame(encode_snapshot(head, lambda: playlist, [], lambda: tail)))


def _digest(fate: Landed) -> str:
    identities = [None if one is None else one["uri"] for one in fate.items]
    digest = ContentDigest()
    digest.add(range(len(identities)), identities, ["2026-01-01T00:00:00Z"] * len(identities))
    return str(digest)


def _summary(key: RawKey, body: bytes, held: Sequence[tuple[str, Landed]]) -> PartSummary:
    return PartSummary(
        part=key.part,
        key=str(key),
        snapshots=len(held),
        entries=sum(len(fate.items) for _, fate in held),
        json_bytes=len(body),
        bytes=len(body),
        sha256="synthetic",
    )
