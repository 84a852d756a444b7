"""A lake in a folder with a run of one part on each of two days, committed. All synthetic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from folder_lakes import put_files, put_mark
from landed import bad_entry, entry, manifest, part
from msgspec.structs import replace

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import decode_manifest, encode_manifest
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

RUNS: Final = [RunId.derive("spotify", datetime(2026, 11, day, 6, tzinfo=UTC)) for day in (20, 21)]
DAYS: Final = [run.snapshot_date for run in RUNS]
PARTS: Final = [RawKey.of_part("spotify", run, 0) for run in RUNS]
MANIFESTS: Final = [RawKey.of_manifest("spotify", run) for run in RUNS]
# The first day has playlist0 and playlist1, the second playlist0 alone.
PLAYLISTS: Final = [
    ([entry(1), entry(2)], [entry(3, duration_ms=10**9), bad_entry()]),
    ([entry(1), entry(4, name="=1+1"), entry(25)],),
]
ROWS: Final = [4, 3]


def two_days(root: Path) -> Folder:
    """Make the lake."""
    folder, _ = make_lake(root)
    for part_key, manifest_key, playlists in zip(PARTS, MANIFESTS, PLAYLISTS, strict=True):
        body = part(part_key, *playlists)
        folder.put_new(str(part_key), body)
        folder.put_new(str(manifest_key), _manifest(part_key, body, len(playlists)))
        for key in (part_key, manifest_key):
            put_files(folder, key)
            put_mark(folder, key)
    return folder


def _manifest(key: RawKey, body: bytes, snapshots: int) -> bytes:
    made = decode_manifest(manifest("synthetic", (key, body, snapshots)))
    outcomes = [
        replace(outcome, playlist_id=f"playlist{number}")
        for number, outcome in enumerate(made.playlists)
    ]
    return encode_manifest(replace(made, run_id=str(key.run_id), playlists=outcomes))
