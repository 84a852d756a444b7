"""Whatever an entry holds, reading it at once gives what reading it field by field gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from playlake_extractor.http.decoding import decode
from playlake_extractor.sources.spotify.entries import (
    Entry,
    Item,
    _read_by_field,
    read_entry,
    read_raw_entry,
)

# With the escapes that no text can hold: NUL, and half of a surrogate pair.
texts = st.text('aü\0\ud83d\ude00\\"', max_size=4)
others: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.lists(texts, max_size=2) | st.just({})
)


def fields(**kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these fields, seldom of a wrong type, and with unknown ones."""
    known = {name: kind | kind | kind | others for name, kind in kinds.items()}
    return st.fixed_dictionaries({}, optional={**known, "type": others})


credits_ = st.lists(fields(uri=texts, name=texts) | others, max_size=2)
albums = fields(uri=texts, artists=credits_)
items = fields(uri=texts, id=texts, name=texts, artists=credits_, album=albums)
entries = fields(added_at=texts, item=items, track=items) | others


@given(st.lists(entries, max_size=3))
@settings(max_examples=400)
@example([{"added_at": 1, "track": {"uri": "u"}}])
@example([{"track": {"uri": "u", "artists": [{"uri": 1}]}, "item": {"name": "\ud800\0"}}])
def test_an_entry_read_at_once_equals_one_read_by_field(sent: list[Any]) -> None:
    for raw in decode(json.dumps(sent).encode(), list[Raw]):
        assert read_entry(raw) == _read_by_field(read_raw_entry(raw))


@pytest.mark.parametrize(
    ("sent", "entry"),
    [
        ({"track": {"uri": "u", "name": 5}}, Entry(track=Item(uri="u"))),
        ({"track": {"uri": "u"}, "added_at": 5}, Entry(track=Item(uri="u"))),
        ({"item": None, "track": "x", "added_at": "2026"}, Entry("2026", item=None, track=None)),
        ({"item": {"name": "\ud800"}}, Entry(item=Item(name="\ufffd"))),
        (None, Entry()),
        ("text", Entry()),
    ],
)
def test_a_wrong_field_does_not_hide_the_others(sent: object, entry: Entry) -> None:
    assert read_entry(Raw(json.dumps(sent).encode())) == entry
