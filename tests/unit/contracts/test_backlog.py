"""What is left to do follows from the keys alone."""

from __future__ import annotations

import pytest
from landed import manifest, manifest_key, part_key

from playlake_contracts.backlog import lacks_events, missing_parts, raw_keys, rejected, undone

KEYS = [part_key(number) for number in range(4)]
RAW = [str(key) for key in KEYS]


def test_what_has_a_mark_or_a_record_is_done() -> None:
    done = [KEYS[1].curated("loads"), KEYS[2].rejected, KEYS[3].curated("tracks")]
    assert undone(RAW, done) == [KEYS[0], KEYS[3]]


def test_objects_of_other_programs_are_left_out() -> None:
    assert list(raw_keys(["raw/notes.txt", RAW[0]])) == [KEYS[0]]


def test_a_mark_counts_more_than_a_record() -> None:
    records = [KEYS[0].rejected, KEYS[1].rejected]
    assert rejected(RAW, records, [KEYS[1].curated("loads")]) == [KEYS[0]]


@pytest.mark.parametrize(
    ("left", "queued", "lacks"), [(0, 0, False), (1, 0, True), (5, 5, False), (6, 5, True)]
)
def test_events_lack_when_the_queue_has_fewer_messages(
    left: int, queued: int, *, lacks: bool
) -> None:
    assert lacks_events(left, queued) is lacks


def test_a_part_is_missing_if_it_is_neither_landed_nor_committed() -> None:
    body = manifest("synthetic", *((key, b"1", 1) for key in KEYS))
    known = {RAW[0], KEYS[1].curated("loads"), str(manifest_key())}
    assert missing_parts(body, known) == [RAW[2], RAW[3]]
    assert missing_parts(b"synthetic junk", known) == []
