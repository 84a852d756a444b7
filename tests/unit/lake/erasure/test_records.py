"""What is kept beside raw objects and tables: only what names it is changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from playlake_contracts.erased import Kind
from playlake_contracts.keys import NOTICES_KEY, restore_key, state_key
from playlake_lake.erasure.records import clean_state, remove_records
from playlake_lake.erasure.subject import Subject
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

PLAYLIST = Subject("spotify", Kind.PLAYLIST, "a-b")
STATE = {"seen": {"a-b": {}, "a": {}}, "mine": ["a-b", "c"], "note": "of a-b, not a-bc", "n": 1}


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    lake, _ = make_lake(tmp_path / "lake")
    return lake


def put(lake: Folder, key: str, value: object) -> None:
    lake.overwrite(key, json.dumps(value).encode())


@pytest.mark.parametrize("account", [None, "partner"])
def test_keys_items_and_words_of_the_state_are_taken_out(lake: Folder, account: str | None) -> None:
    key = state_key("spotify", account)
    put(lake, key, STATE)
    put(lake, state_key("youtube"), STATE)
    assert clean_state(lake, PLAYLIST) == 1
    assert json.loads(lake.read(key) or b"") == {
        "seen": {"a": {}},
        "mine": ["c"],
        "note": "of ~erased, not a-bc",
        "n": 1,
    }
    assert json.loads(lake.read(state_key("youtube")) or b"") == STATE
    assert clean_state(lake, PLAYLIST) == 0


def test_a_user_whose_id_is_a_word_of_the_state_changes_nothing_of_it(lake: Folder) -> None:
    put(lake, state_key("spotify"), STATE)
    assert clean_state(lake, Subject("spotify", Kind.USER, "c")) == 0


def test_records_of_restores_that_name_it_go_and_a_state_that_nobody_can_read(
    lake: Folder,
) -> None:
    put(lake, restore_key("spotify", "one"), {"user_id": "ada", "playlist_id": "x"})
    put(lake, restore_key("spotify", "two"), {"user_id": "adam", "playlist_id": "a-b"})
    put(lake, NOTICES_KEY, {"reason": "ada and a-b"})
    lake.overwrite(state_key("spotify"), b"{ a-b")
    assert clean_state(lake, Subject("spotify", Kind.USER, "ada")) == 2
    assert [*lake.keys("state/source=spotify/")] == [
        state_key("spotify"),
        restore_key("spotify", "two"),
    ]
    assert clean_state(lake, PLAYLIST) == 3
    assert [*lake.keys("state/")] == [NOTICES_KEY]
    assert json.loads(lake.read(NOTICES_KEY) or b"") == {"reason": "~erased and ~erased"}


def test_records_that_name_it_go_however_the_id_is_written(lake: Folder) -> None:
    subject = Subject("spotify", Kind.USER, "a+ö")
    named = ["a+ö", "a%2B%C3%B6", r"\"a+\u00f6\""]
    for number, text in enumerate([*named, "a+öx", "xa+ö"]):
        lake.overwrite(f"rejected/messages/{number}.json", text.encode())
    assert remove_records(lake, subject) == len(named)
    assert len([*lake.keys("rejected/")]) == 2
