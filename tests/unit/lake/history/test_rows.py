"""Every column of the rows of a history. All synthetic."""

from __future__ import annotations

from dataclasses import asdict, fields

import pyarrow as pa
import pytest
from synthetic_histories import added, instant

from playlake_contracts.history_tables import CHANGE_KINDS, HISTORY_TABLES
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import TIMESTAMP
from playlake_lake.history import Entry, History, Metadata, Observation, fold
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow
from playlake_lake.history.values import ChangeKind

PLAYLIST = Playlist("spotify", "synthetic")
SONG = Entry("spotify:track:a", added(1), "u", "track", "Title", "Artist")
NULL = Entry(None, added(1), None, "unavailable")


@pytest.fixture(scope="module")
def history() -> History:
    return fold(
        [
            Observation.landed(instant(1), (), Metadata("one")),
            Observation.landed(instant(2), (SONG,), Metadata("two")),
            Observation.unchanged(instant(3), "expired", None),
            Observation.silent(instant(4), Outcome.TORN),
            Observation.landed(instant(5), (NULL,)),
            Observation.landed(instant(6), ()),
        ]
    )


def test_a_row_of_changes(history: History) -> None:
    rows = [ChangeRow.of(PLAYLIST, change) for change in history.changes]
    assert [row.change for row in rows] == ["name", "added", "unavailable", "removed"]
    common = {
        "source": "spotify",
        "playlist_id": "synthetic",
        "identity": "spotify:track:a",
        "name": "Title",
        "artist_names": "Artist",
        "added_at": added(1),
        "added_by": "u",
        "old_value": None,
        "new_value": None,
    }
    assert asdict(rows[2]) == {
        **common,
        "seen_at": instant(5).at,
        "run_id": "run00005",
        "change": "unavailable",
        "from_position": 0,
        "to_position": 0,
        "since_at": instant(2).at,
        "since_run_id": "run00002",
        "item_type": "unavailable",
    }
    assert asdict(rows[0]) == {
        **dict.fromkeys(common),
        "source": "spotify",
        "playlist_id": "synthetic",
        "seen_at": instant(2).at,
        "run_id": "run00002",
        "change": "name",
        "from_position": None,
        "to_position": None,
        "since_at": instant(1).at,
        "since_run_id": "run00001",
        "item_type": None,
        "old_value": "one",
        "new_value": "two",
    }


def test_a_row_of_memberships(history: History) -> None:
    (row,) = [MembershipRow.of(PLAYLIST, stay) for stay in history.memberships]
    assert asdict(row) == {
        "source": "spotify",
        "playlist_id": "synthetic",
        "identity": "spotify:track:a",
        "copy": 1,
        "item_type": "unavailable",
        "name": "Title",
        "artist_names": "Artist",
        "added_at": added(1),
        "added_by": "u",
        "last_missing_at": instant(1).at,
        "last_missing_run_id": "run00001",
        "first_seen_at": instant(2).at,
        "first_seen_run_id": "run00002",
        "last_seen_at": instant(5).at,
        "last_seen_run_id": "run00005",
        "first_missing_at": instant(6).at,
        "first_missing_run_id": "run00006",
        "first_position": 0,
        "last_position": 0,
        "times_readded": 0,
        "still_there": False,
    }


def test_a_row_of_the_timeline(history: History) -> None:
    rows = [TimelineRow.of(PLAYLIST, stretch) for stretch in history.timeline]
    assert [row.entries for row in rows] == [0, 1, 1, 0]
    assert asdict(rows[1]) == {
        "source": "spotify",
        "playlist_id": "synthetic",
        "standing": "there",
        "first_at": instant(2).at,
        "first_run_id": "run00002",
        "last_at": instant(2).at,
        "last_run_id": "run00002",
        "contents_run_id": "run00002",
        "entries": 1,
        "runs": 3,
        "silent_runs": 2,
        "unresolved_runs": 1,
    }


@pytest.mark.parametrize(
    ("table", "row"),
    [("changes", ChangeRow), ("memberships", MembershipRow), ("timeline", TimelineRow)],
)
def test_the_columns_of_the_contracts_are_the_attributes_of_a_row(
    table: str, row: type[ChangeRow | MembershipRow | TimelineRow]
) -> None:
    types = {"str": pa.string(), "Standing": pa.string(), "int": pa.int32(), "bool": pa.bool_()}
    types["datetime"] = TIMESTAMP
    of_row = [
        (each.name, types[str(each.type).removesuffix(" | None")], "None" in str(each.type))
        for each in fields(row)
    ]
    columns = HISTORY_TABLES[table].schema
    assert [(column.name, column.type, column.nullable) for column in columns] == of_row


def test_the_kinds_of_changes_are_those_of_the_contracts() -> None:
    assert tuple(ChangeKind) == CHANGE_KINDS
