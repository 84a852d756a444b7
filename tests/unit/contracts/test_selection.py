"""A selection is one text, and means the same objects after it has been one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_contracts.selection import Selection

DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
RUN, LATER = RunId.derive("spotify", DAY), RunId.derive("spotify", DAY.replace(day=22))
KEYS = [RawKey.of_part("spotify", run, number) for run in (RUN, LATER) for number in (0, 1)]

CASES = [
    (Selection(), "all", KEYS, None),
    (Selection(KEYS[1]), str(KEYS[1]), [KEYS[1]], "2026-11-21"),
    (Selection(LATER), str(LATER), KEYS[2:], "2026-11-22"),
    (Selection(date(2026, 11, 21)), "2026-11-21", KEYS[:2], "2026-11-21"),
]


@pytest.mark.parametrize(("selection", "text", "keys", "day"), CASES)
def test_a_selection_is_a_text_and_back(
    selection: Selection, text: str, keys: list[RawKey], day: str | None
) -> None:
    assert str(selection) == text
    assert Selection.parse(text) == selection
    assert selection.of(KEYS) == keys
    assert selection.day == day


@pytest.mark.parametrize("text", ["", "everything", "2026-13-40", "raw/x", "20261121T060000Z"])
def test_what_is_no_selection_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Selection.parse(text)
