"""A lake of three accounts of one source, and what is kept beside its rows. All synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from compacting import LATER, compact
from historical_lakes import Read, commit_run, read, unchanged
from kept_covers import (
    FIRST_ADDRESS,
    FIRST_IMAGE,
    SECOND_ADDRESS,
    SECOND_IMAGE,
    keep_cover,
    with_cover,
)
from landed import entry

from playlake_contracts.keys import RawKey, state_key
from playlake_contracts.rejects import Reject, encode_reject
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

ADAS: Final = "adasadasadasadasadasad"
BOS: Final = "bosbosbosbosbosbosbosb"
SHARED: Final = "sharedsharedsharedshar"
NOBODYS: Final = "nobodysnobodysnobodysn"
FIRST: Final = datetime(2026, 9, 29, 6, tzinfo=UTC)
DAYS: Final = 3
THIRD_ADDRESS: Final = "https://i.scdn.co/image/third"


def account_lake(root: Path) -> Folder:
    """The lake of all three, compacted, with what is kept beside rows.

    Two covers have one image, and their playlists are of Ada and of nobody.
    """
    folder, runs = runs_of(root, {None, "ada", "bo"})
    for account in (None, "ada", "bo"):
        folder.put_new(state_key("spotify", account), b'{"schema": "playlake.state/1"}')
    for number, run_id in enumerate(runs[:3]):
        part = RawKey.of_part("spotify", RunId.parse(run_id), 7)
        folder.put_new(part.failure(0), b"failed")
        reject = Reject(
            message=json.dumps({"key": str(part)}),
            code="invalid_message",
            reason="synthetic",
            rejected_at=FIRST,
            transformer_version="0.0-test",
        )
        folder.put_new(f"rejected/messages/{str(number) * 64}.json", encode_reject(reject))
        folder.put_new(part.rejected, encode_reject(reject))
    keep_cover(folder, FIRST_ADDRESS, FIRST_IMAGE)
    keep_cover(folder, SECOND_ADDRESS, SECOND_IMAGE)
    keep_cover(folder, THIRD_ADDRESS, FIRST_IMAGE)
    compact(folder, LATER)
    return folder


def runs_of(root: Path, accounts: set[str | None]) -> tuple[Folder, list[str]]:
    """Runs of three days, over the end of a month, of some of three accounts; and their ids.

    Ada and Bo read a playlist that both have, and each one of their own; nobody reads a fourth.
    """
    folder, _ = make_lake(root)
    runs: list[str] = []
    first_of_nobody = ""
    for day in range(DAYS):
        at = FIRST + timedelta(days=day)
        own: dict[str | None, list[Read]] = {
            "ada": [_snapshot(ADAS, day, FIRST_ADDRESS), _snapshot(SHARED, day, SECOND_ADDRESS)],
            "bo": [_snapshot(BOS, day), _snapshot(SHARED, day + 1, SECOND_ADDRESS)],
            None: [_snapshot(NOBODYS, day, THIRD_ADDRESS)] if day == 0 else [],
        }
        for hours, (account, snapshots) in enumerate(own.items()):
            if account in accounts:
                still = [] if snapshots else [unchanged(NOBODYS, first_of_nobody)]
                moment = at + timedelta(hours=hours)
                runs.append(commit_run(folder, moment, snapshots, still, account=account))
                if account is None and day == 0:
                    first_of_nobody = runs[-1]
    return folder, runs


def _snapshot(playlist_id: str, day: int, address: str | None = None) -> Read:
    entries = [entry(number) for number in range(day, day + 4)]
    return with_cover(read(playlist_id, entries), address)
