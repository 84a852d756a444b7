"""A lake with two playlists of two people, and everything that is kept beside rows. All synthetic.

Ada owns `shared`, to which Wei adds, and Wei owns `other`. Each has an id and a name that stands
nowhere else, so that a search for them finds nothing by chance.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from compacting import LATER, compact
from historical_lakes import Read, commit_run, failed, unchanged
from kept_covers import FIRST_ADDRESS, FIRST_IMAGE, SECOND_ADDRESS, SECOND_IMAGE, keep_cover
from landed import entry

from playlake.erasing.committing import Committing
from playlake_backfill.folder_place import FolderPlace
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import (
    RAW_PREFIX,
    RawKey,
    details_key,
    restore_key,
    state_key,
)
from playlake_contracts.outcomes import Outcome
from playlake_contracts.rejects import Reject, encode_reject
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

SHARED: Final = "sharedsharedsharedshar"
OTHER: Final = "otherotherotherotherot"
ADA: Final = "ada.userid"
ADA_NAME: Final = "Ada Erasmus"
WEI: Final = "wei+userid"
WEI_NAME: Final = "Wei Wänglin"
FIRST: Final = datetime(2026, 9, 29, 6, tzinfo=UTC)
DAYS: Final = 3
_PEOPLE: Final = {ADA: ADA_NAME, WEI: WEI_NAME}
_HISTORY: Final = ("changes", "memberships", "timeline")


def shared_lake(root: Path) -> Folder:
    """Runs of three days, over the end of a month; they are compacted.

    The second day has `shared` alone, so nothing is left of its part without it.
    """
    folder, _ = make_lake(root)
    runs: list[str] = []
    for day in range(DAYS):
        snapshots = [shared(day), *([_other()] if day != 1 else [])]
        others = [unchanged(OTHER, runs[0])] if day == 1 else []
        gone = failed("gonegonegonegonegonego", Outcome.GONE)
        runs.append(commit_run(folder, FIRST + timedelta(days=day), snapshots, [*others, gone]))
    _commit_manifests(folder)
    _keep_state(folder, runs)
    keep_cover(folder, FIRST_ADDRESS, FIRST_IMAGE)
    keep_cover(folder, SECOND_ADDRESS, SECOND_IMAGE)
    compact(folder, LATER)
    return folder


def cells(folder: Folder) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables, those of the history too, without what says when a part was made."""
    found = {}
    for table in (*TABLES, *_HISTORY):
        result = query(folder, f"SELECT * FROM {table}")
        names = [name for name, _ in result.columns]
        found[table] = [dict(zip(names, row, strict=True)) for row in result.rows]
    return found


def shared(day: int) -> Read:
    """The snapshot of a day of the playlist that both add to."""
    entries = [_entry(number, WEI if number % 3 == 0 else ADA) for number in range(day, day + 6)]
    entries.append(_entry(70 + day, WEI, duration_ms="long"))  # it lies in quarantine
    return _read(SHARED, entries, ADA, FIRST_ADDRESS)


def _other() -> Read:
    entries = [_entry(number, WEI) for number in range(3, 8)]
    return _read(OTHER, [*entries, _entry(90, WEI, duration_ms="long")], WEI, SECOND_ADDRESS)


def _read(playlist_id: str, entries: list[dict[str, Any]], owner: str, cover: str) -> Read:
    playlist = {
        "id": playlist_id,
        "href": f"https://api.spotify.com/v1/playlists/{playlist_id}",
        "name": f"Playlist {playlist_id[:5]}",
        "owner": {**_user(owner), "display_name": _PEOPLE[owner]},
        "images": [{"url": cover}],
        "items": {"items": entries[:4], "offset": 0, "total": len(entries)},
    }
    page = {"items": entries[4:], "offset": 4, "total": len(entries)}
    bodies = (json.dumps(each, ensure_ascii=False).encode() for each in (playlist, page))
    return Read(playlist_id, len(entries), next(bodies), [next(bodies)])


def _entry(number: int, by: str, **changed: object) -> dict[str, Any]:
    return {**entry(number, **changed), "added_by": _user(by)}


def _user(user_id: str) -> dict[str, Any]:
    quoted = user_id.replace("+", "%2B")
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{quoted}"},
        "href": f"https://api.spotify.com/v1/users/{quoted}",
        "id": user_id,
        "type": "user",
        "uri": f"spotify:user:{quoted}",
    }


def _commit_manifests(folder: Folder) -> None:
    """Commit them as the service does, which reads parts for what changed from run to run."""
    with Committing(FolderPlace(folder)) as committing:
        for key in raw_keys(folder.keys(RAW_PREFIX)):
            if key.is_manifest:
                assert committing.commit(key, folder.read(str(key)) or b"")


def _keep_state(folder: Folder, runs: list[str]) -> None:
    """What runs and services keep beside raw objects, with both playlists and both people."""
    state = {
        "schema": "playlake.state/1",
        "playlists": {each: {"run_id": runs[-1], "snapshot_id": "s"} for each in (SHARED, OTHER)},
        "not_before": {},
        "mine": [SHARED, "minemineminemineminemi", OTHER],
        "seen": {each: {"run_id": runs[-1]} for each in (SHARED, OTHER)},
    }
    folder.put_new(state_key("spotify"), json.dumps(state).encode())
    folder.put_new(details_key("spotify"), b'{"schema": "playlake.details/1"}')
    for name, playlist_id, user in (("a" * 8, SHARED, ADA), ("b" * 9, OTHER, WEI)):
        restore = {"name": "again", "mark": "m", "user_id": user, "playlist_id": playlist_id}
        folder.put_new(restore_key("spotify", name), json.dumps(restore).encode())
        part = RawKey.of_part("spotify", RunId.parse(runs[0]), 0)
        folder.put_new(part.failure(len(name)), f"failed on {playlist_id}".encode())
        reject = Reject(
            message=f"of spotify, by {user} of {playlist_id}",
            code="invalid_message",
            reason=f"{playlist_id!r} is no message",
            rejected_at=FIRST,
            transformer_version="0.0-test",
        )
        folder.put_new(f"rejected/messages/{name[0] * 64}.json", encode_reject(reject))
