"""Metadata is compared with what was sent last. All synthetic."""

from __future__ import annotations

import pytest

from playlake_lake.history import ChangeKind, Metadata, cover_of
from playlake_lake.history.metadata import last_sent, metadata_changes


@pytest.mark.parametrize(
    ("address", "cover"),
    [
        (None, None),
        ("", None),
        ("https://i.scdn.co/image/ab67", "ab67"),
        ("https://other.example/x/ab67/?expires=1#part", "ab67"),
        ("https://mosaic.scdn.co/640/abcd", "abcd"),
        ("https://[broken/ab67", "ab67"),
    ],
)
def test_a_cover_is_the_last_segment_of_its_address(address: str | None, cover: str | None) -> None:
    assert cover_of(address) == cover


def test_every_value_is_compared() -> None:
    old = Metadata("n", "d", "o", public=True, collaborative=False, cover="c")
    new = Metadata("N", "D", "O", public=False, collaborative=True, cover="C")
    assert metadata_changes(old, new) == [
        (ChangeKind.NAME, "n", "N"),
        (ChangeKind.DESCRIPTION, "d", "D"),
        (ChangeKind.OWNER, "o", "O"),
        (ChangeKind.PUBLIC, "true", "false"),
        (ChangeKind.COLLABORATIVE, "false", "true"),
        (ChangeKind.COVER, "c", "C"),
    ]
    assert last_sent(old, new) == new


def test_what_was_not_sent_is_no_change_and_is_remembered() -> None:
    old = Metadata("n", "d", "o", public=True, collaborative=False, cover="c")
    assert metadata_changes(old, Metadata()) == []
    assert metadata_changes(Metadata(), old) == []
    assert last_sent(old, Metadata(public=False)) == Metadata(
        "n", "d", "o", public=False, collaborative=False, cover="c"
    )
    assert last_sent(old, None) == old
