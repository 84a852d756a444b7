"""Lakes of any age, made fast: playlists of which some change daily and some seldom. All synthetic.

Every song of a playlist leaves it after a while, and each lake ends on the same day, so lakes of
different ages differ in their past alone. Nothing is flushed to the disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_contracts.runs import RunId
from playlake_lake.folder import Folder, etag
from playlake_lake.identity import make_lake
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

SOURCE: Final = "spotify"
# The day after the last run. A compaction of this moment leaves the last day open.
END: Final = datetime(2026, 6, 16, tzinfo=UTC)
# Each third playlist changes only this often.
_SELDOM: Final = timedelta(days=10)
_SONGS: Final = 12_000


@dataclass(frozen=True, slots=True)
class Growth:
    """What a lake holds.

    Attributes:
        days: the number of its days.
        every: the time between two runs.
        playlists: the number of playlists. A run finds them unchanged if they are.
        entries: the number of entries of each.
    """

    days: int
    every: timedelta = timedelta(days=1)
    playlists: int = 50
    entries: int = 100

    def runs(self) -> Iterator[datetime]:
        """The times of the runs, in order."""
        at = END - timedelta(days=self.days) + timedelta(hours=6) % self.every
        while at < END:
            yield at
            at += self.every


def playlist_id(number: int) -> str:
    """The id of a playlist."""
    return f"playlist{number:014}"


def grow(root: Path, growth: Growth) -> Folder:
    """Make a lake; the folder must be empty or missing."""
    made, _ = make_lake(root, synthetic=True)
    runs = Runs(QuickFolder(made.root), growth)
    for at in growth.runs():
        runs.land(at)
    return made


@dataclass(frozen=True, slots=True)
class QuickFolder(Folder):
    """A folder that does not wait for the disk. What is put can be lost by a power cut."""

    def put_new(self, key: str, body: bytes) -> bool:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return True

    def _flush_folders(self, path: Path) -> None:
        pass


@dataclass(slots=True)
class Runs:
    """Lands and commits runs.

    Attributes:
        folder: the lake.
        growth: what it shall hold.
        landed: of each playlist the version that was landed last, and its run.
    """

    folder: Folder
    growth: Growth
    landed: dict[int, tuple[int, str]] = field(default_factory=dict)

    def land(self, at: datetime) -> None:
        """Land and commit a run."""
        run_id = RunId.derive(SOURCE, at)
        versions = {number: _version(number, at) for number in range(self.growth.playlists)}
        changed = {
            number: version
            for number, version in versions.items()
            if self.landed.get(number, (-1, ""))[0] != version
        }
        outcomes = [
            PlaylistOutcome(
                playlist_id=playlist_id(number),
                outcome=Outcome.UNCHANGED,
                unchanged_since=self.landed[number][1],
            )
            for number in versions
            if number not in changed
        ]
        if changed:
            frames = (self._frame(run_id, *each) for each in changed.items())
            self._commit(RawKey.of_part(SOURCE, run_id, 0), b"".join(frames))
        manifest = _manifest(run_id, changed, outcomes, self.growth.entries)
        self._commit(RawKey.of_manifest(SOURCE, run_id), encode_manifest(manifest))
        self.landed |= {number: (version, str(run_id)) for number, version in changed.items()}

    def _commit(self, key: RawKey, body: bytes) -> None:
        made = transform(body, key)
        at = key.run_id.scheduled_at + timedelta(minutes=2)
        commit = Commit(etag(body), len(body), at, timedelta(seconds=1), "0.0-test")
        self.folder.put_new(str(key), body)
        for file in (*made.files, commit_mark_file(key, made, commit)):
            self.folder.put_new(file.key, file.body)

    def _frame(self, run_id: RunId, number: int, version: int) -> bytes:
        head = Head(
            source=SOURCE,
            playlist_id=playlist_id(number),
            run_id=str(run_id),
            fetched_at=run_id.scheduled_at + timedelta(seconds=7),
            snapshot_id=None,
        )
        tail = Tail(api="classic", entries=self.growth.entries, complete=True)
        body = _playlist(number, version, self.growth.entries)
        return b"".join(compress_frame(encode_snapshot(head, lambda: body, [], lambda: tail)))


def _version(number: int, at: datetime) -> int:
    """How often a playlist has changed since long ago: at an hour of its own, daily or seldom."""
    every = _SELDOM if number % 3 == 2 else timedelta(days=1)
    begin = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number, hours=number % 24)
    return (at - begin) // every


def _playlist(number: int, version: int, entries: int) -> bytes:
    """A playlist: at each version two entries went at the top, and two came at the end."""
    first = 2 * version
    items = b",".join(_entry(number, at, at - entries) for at in range(first, first + entries))
    head = {
        "id": playlist_id(number),
        "name": f"Playlist {number}",
        "owner": {"id": "alice", "display_name": "Alice"},
        "public": True,
        "followers": {"total": 7},
    }
    page = b'{"total":%d,"offset":0,"items":[%b]}' % (entries, items)
    return b'%b,"tracks":%b}' % (json.dumps(head).encode()[:-1], page)


def _entry(number: int, at: int, added: int) -> bytes:
    """An entry with a song, by its place in the order in which the playlist gets its songs."""
    days = max(added, 0) // 2 * (_SELDOM.days if number % 3 == 2 else 1)
    added_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number + days)
    return b'{"added_at":"%b","added_by":{"id":"user%d"},"is_local":false,"track":%b}' % (
        f"{added_at:%Y-%m-%dT%H:%M:%SZ}".encode(),
        at % 4,
        _song(number * 37 + at * 7),
    )


_songs: Final[dict[int, bytes]] = {}


def _song(number: int) -> bytes:
    """A song. Every ten have an album and an artist in common, and every hundredth two ids."""
    number %= _SONGS
    if number not in _songs:
        tenth = number // 10
        artist = {"id": f"artist{tenth:016}", "name": f"Artist {tenth}"}
        album = {
            "id": f"album{tenth:017}",
            "name": f"Album {tenth}",
            "album_type": "album",
            "artists": [artist],
            "images": [{"url": f"https://i.scdn.co/image/{tenth}"}],
            "release_date": f"{1960 + tenth % 60}-03-04",
            "release_date_precision": "day",
            "total_tracks": 10,
        }
        recording = number - 1 if number % 100 == 1 else number
        song = {
            "type": "track",
            "id": f"track{number:017}",
            "uri": f"spotify:track:track{number:017}",
            "name": f"Track {number}",
            "duration_ms": 180_000 + number,
            "explicit": False,
            "popularity": number % 100,
            "external_ids": {"isrc": f"SYNTH{recording:07}"},
            "album": album,
            "artists": [artist],
        }
        _songs[number] = json.dumps(song, separators=(",", ":")).encode()
    return _songs[number]


def _manifest(
    run_id: RunId, landed: Collection[int], others: Sequence[PlaylistOutcome], entries: int
) -> Manifest:
    part = RawKey.of_part(SOURCE, run_id, 0)
    outcomes = [
        PlaylistOutcome(
            playlist_id=playlist_id(number),
            outcome=Outcome.LANDED,
            part=part.part,
            entries=entries,
        )
        for number in landed
    ]
    summary = PartSummary(
        part=part.part,
        key=str(part),
        snapshots=len(landed),
        entries=len(landed) * entries,
        json_bytes=1,
        bytes=1,
        sha256="synthetic",
    )
    return Manifest(
        source=SOURCE,
        run_id=str(run_id),
        trigger="schedule",
        extractor_version="0.0-test",
        scheduled_at=run_id.scheduled_at,
        started_at=run_id.scheduled_at,
        finished_at=run_id.scheduled_at + timedelta(minutes=1),
        configured=len(outcomes) + len(others),
        requests=len(outcomes),
        playlists=[*outcomes, *others],
        parts=[summary] if landed else [],
    )
