"""Lakes in folders with committed runs of any time and any outcome. All synthetic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from folder_lakes import put_files, put_mark
from msgspec.structs import replace

from playlake_contracts.accounts import run_id_of
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_contracts.runs import RunId
    from playlake_lake.folder import Folder

SOURCE: Final = "spotify"


@dataclass(frozen=True, slots=True)
class Read:
    """A snapshot as the extractor read it.

    Attributes:
        playlist_id: the id of the playlist.
        entries: the number of entries.
        playlist: the response with the first page.
        pages: the responses with the further pages.
        after: how long after the run's scheduled time Spotify answered.
        complete: whether all pages were read.
    """

    playlist_id: str
    entries: int
    playlist: bytes
    pages: Sequence[bytes] = ()
    after: timedelta = timedelta(seconds=7)
    complete: bool = True


def read(playlist_id: str, entries: Sequence[dict[str, Any]], **changed: Any) -> Read:  # noqa: ANN401
    """A snapshot with these entries; `changed` are attributes of `Read`."""
    page = {"items": list(entries), "offset": 0, "total": len(entries)}
    playlist = {"id": playlist_id, "name": f"Playlist {playlist_id}", "items": page}
    return Read(playlist_id, len(entries), json.dumps(playlist).encode(), **changed)


def commit_run(  # noqa: PLR0913 - what a run can be
    folder: Folder,
    scheduled_at: datetime,
    snapshots: Sequence[Read] = (),
    outcomes: Sequence[PlaylistOutcome] = (),
    *,
    lasting: timedelta = timedelta(minutes=1),
    has_manifest: bool = True,
    has_marks: bool = True,
    account: str | None = None,
) -> str:
    """Land and commit a run; return its id.

    Args:
        folder: the lake.
        scheduled_at: when the run was scheduled.
        snapshots: the snapshots of its only part.
        outcomes: the outcomes of other playlists.
        lasting: how long the run took.
        has_manifest: whether it landed its manifest.
        has_marks: whether its files have commit marks.
        account: the account whose run it is.
    """
    run_id = run_id_of(SOURCE, scheduled_at, account)
    landed = {}
    if snapshots:
        part = RawKey.of_part(SOURCE, run_id, 0)
        landed[part] = b"".join(_frame(run_id, snapshot) for snapshot in snapshots)
    if has_manifest:
        manifest = replace(
            _manifest(run_id, snapshots, outcomes, run_id.scheduled_at + lasting), account=account
        )
        landed[RawKey.of_manifest(SOURCE, run_id)] = encode_manifest(manifest)
    for key, body in landed.items():
        folder.put_new(str(key), body)
        put_files(folder, key)
        if has_marks:
            put_mark(folder, key)
    return str(run_id)


def unchanged(playlist_id: str, since: str) -> PlaylistOutcome:
    """The outcome of a playlist whose snapshot of an earlier run is still current."""
    return PlaylistOutcome(
        playlist_id=playlist_id, outcome=Outcome.UNCHANGED, unchanged_since=since
    )


def failed(playlist_id: str, outcome: Outcome) -> PlaylistOutcome:
    """The outcome of a playlist that was not read."""
    return PlaylistOutcome(playlist_id=playlist_id, outcome=outcome, code="http_error")


def _frame(run_id: RunId, snapshot: Read) -> bytes:
    head = Head(
        source=SOURCE,
        playlist_id=snapshot.playlist_id,
        run_id=str(run_id),
        fetched_at=run_id.scheduled_at + snapshot.after,
        snapshot_id=None,
    )
    tail = Tail(api="items", entries=snapshot.entries, complete=snapshot.complete)
    pieces = encode_snapshot(head, lambda: snapshot.playlist, snapshot.pages, lambda: tail)
    return b"".join(compress_frame(pieces))


def _manifest(
    run_id: RunId,
    snapshots: Sequence[Read],
    outcomes: Sequence[PlaylistOutcome],
    finished_at: datetime,
) -> Manifest:
    part = RawKey.of_part(SOURCE, run_id, 0)
    landed = [
        PlaylistOutcome(
            playlist_id=snapshot.playlist_id,
            outcome=Outcome.LANDED,
            part=part.part,
            entries=snapshot.entries,
            complete=snapshot.complete,
        )
        for snapshot in snapshots
    ]
    summary = PartSummary(
        part=part.part,
        key=str(part),
        snapshots=len(landed),
        entries=sum(snapshot.entries for snapshot in snapshots),
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
        finished_at=finished_at,
        configured=len(landed) + len(outcomes),
        requests=len(landed),
        playlists=[*landed, *outcomes],
        parts=[summary] if landed else [],
    )
