"""A lake in a folder with five days of a few playlists, in which all that can change does.

| day | Starred | others |
|---|---|---|
| 1 | songs 1 to 5 | two playlists named Mix; one that is forbidden |
| 2 | unchanged | |
| 3 | song 2 removed, 6 added by ben; renamed to Stars; with a local file | |
| 4 | song 5 moved to the front, song 1 unavailable | |
| 5 | gone | one Mix is renamed to Solo; two new ones named Twin |

All synthetic.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from historical_lakes import Read, commit_run, failed, unchanged
from landed import entry

from playlake_contracts.outcomes import Outcome
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake_lake.folder import Folder

STARRED: Final = "STARREDaaaaaaaaaaaaaaa"
MIXES: Final = ("MIXaaaaaaaaaaaaaaaaaaa", "MIXbbbbbbbbbbbbbbbbbbb")
TWINS: Final = ("TWINaaaaaaaaaaaaaaaaaa", "TWINbbbbbbbbbbbbbbbbbb")
FORBIDDEN: Final = "FORBIDDENaaaaaaaaaaaaa"
FIRST: Final = datetime(2024, 1, 1, 6, tzinfo=UTC)


def day(number: int) -> datetime:
    """When the run of a day was scheduled; the first is 1."""
    return FIRST + timedelta(days=number - 1)


def uri(number: int) -> str:
    """The URI of a song."""
    return f"spotify:track:{number:022}"


def song(number: int, user: str = "anna", **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """An entry with a song of its own, added at a minute of its own."""
    placed = entry(number, **{"uri": uri(number), "name": f"Song {number}", **changed})
    return {**placed, "added_at": _added(number), "added_by": {"id": user}}


def unavailable(number: int) -> dict[str, Any]:
    """What is left of an entry with a song that its source no longer has."""
    return {"added_at": _added(number), "added_by": {"id": "anna"}, "item": None}


def local_file(number: int) -> dict[str, Any]:
    """An entry with a file of the user's own, with a title that formats have to escape."""
    tape = "spotify:local:::%3CTape%3E:180"
    named = song(number, name='<Ça & là> "\u0007"', uri=tape, id=None, is_local=True)
    return {**named, "is_local": True}


def playlist(
    playlist_id: str, name: str, entries: Sequence[dict[str, Any]], owner: str = "anna"
) -> Read:
    """A snapshot."""
    body = {
        "id": playlist_id,
        "name": name,
        "owner": {"id": owner, "display_name": owner.title()},
        "items": {"items": list(entries), "offset": 0, "total": len(entries)},
    }
    return Read(playlist_id, len(entries), json.dumps(body).encode())


def kept_lake(root: Path) -> tuple[Folder, list[str]]:
    """The lake, and the id of each day's run."""
    folder, _ = make_lake(root)
    forbidden = failed(FORBIDDEN, Outcome.FORBIDDEN)
    one, three, four, five = (song(number) for number in (1, 3, 4, 5))
    elsewhen = {**five, "added_at": "2023-11-01T00:00:00Z"}
    mixes = [
        playlist(MIXES[0], "Mix", [elsewhen, one]),
        playlist(MIXES[1], "Mix", [one], owner="ben"),
    ]
    begun = [one, song(2), three, four, five]
    runs = [commit_run(folder, day(1), [playlist(STARRED, "Starred", begun), *mixes], [forbidden])]
    still = [unchanged(each, runs[0]) for each in MIXES]
    runs.append(commit_run(folder, day(2), [], [unchanged(STARRED, runs[0]), *still, forbidden]))
    six = song(6, "ben")
    edited = [one, three, four, five, six, local_file(7)]
    runs.append(commit_run(folder, day(3), [playlist(STARRED, "Stars", edited)], still))
    moved = [five, unavailable(1), three, four, six, local_file(7)]
    runs.append(commit_run(folder, day(4), [playlist(STARRED, "Stars", moved)], still))
    gone, solo = failed(STARRED, Outcome.GONE), playlist(MIXES[1], "Solo", [one], owner="ben")
    twins = [playlist(TWINS[0], "Twin", []), playlist(TWINS[1], "Twin", [four], owner="ben")]
    runs.append(commit_run(folder, day(5), [solo, *twins], [gone, still[0]]))
    return folder, runs


def _added(number: int) -> str:
    return f"2023-12-01T00:{number:02}:00Z"
