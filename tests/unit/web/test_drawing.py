"""Drawings are pure: the same id has the same cover, and a wave has a bar for what it shows."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.outcomes import Outcome
from playlake_web.drawing.covers import album_cover, playlist_cover
from playlake_web.drawing.lanes import lane
from playlake_web.drawing.strips import HEIGHT, column
from playlake_web.drawing.ticks import marked, ticks
from playlake_web.drawing.waves import WaveDay, wave

DAY = date(2026, 11, 1)


@given(st.text())
def test_a_cover_depends_on_its_id_alone(id_: str) -> None:
    for cover in (playlist_cover, album_cover):
        drawn = cover(id_)
        assert drawn == cover(id_)
        assert len(drawn) < 2_000
        ET.fromstring(drawn)  # noqa: S314 - it is ours


def test_covers_differ() -> None:
    assert len({playlist_cover(str(number)) for number in range(300)}) == 300
    assert len({album_cover(str(number)) for number in range(300)}) > 250


counts = st.integers(0, 10_000)


@given(st.lists(st.tuples(counts, counts, st.booleans()), max_size=40))
def test_a_wave_has_a_bar_for_what_came_and_what_left(days: list[tuple[int, int, bool]]) -> None:
    drawn = [
        WaveDay(DAY + timedelta(days=at), came, left, is_read)
        for at, (came, left, is_read) in enumerate(days)
    ]
    image = ET.fromstring(str(wave(drawn, 100, 'A "label" & <more>')))  # noqa: S314 - it is ours
    assert image.get("aria-label") == 'A "label" & <more>'
    kinds = [bar.get("class") for bar in image.iter("rect")]
    assert kinds.count("up") == sum(came > 0 for came, _, _ in days)
    assert kinds.count("down") == sum(left > 0 for _, left, _ in days)
    assert kinds.count("gap") == sum(not is_read for _, _, is_read in days)
    for bar in image.iter("rect"):
        top, height = float(bar.get("y", "")), float(bar.get("height", ""))
        assert -0.1 <= top <= top + height <= 100.1


def test_the_tallest_bar_reaches_the_edge_and_a_quarter_is_half_as_tall() -> None:
    image = ET.fromstring(str(wave([WaveDay(DAY, 100, 25)], 100, "")))  # noqa: S314 - it is ours
    heights = {bar.get("class"): float(bar.get("height", "")) for bar in image.iter("rect")}
    assert heights["up"] == 48.5
    assert heights["down"] in {24.2, 24.3}


def test_a_bar_stays_a_bar_where_there_are_few_days() -> None:
    image = ET.fromstring(str(wave([WaveDay(DAY, 1, 0)] * 7, 100, "")))  # noqa: S314 - it is ours
    assert {float(bar.get("width", "")) for bar in image.iter("rect")} == {24.0}


def test_a_column_is_as_tall_as_its_playlists() -> None:
    drawn = ET.fromstring(str(column({Outcome.LANDED: 6, Outcome.FAILED: 2}, 10)))  # noqa: S314
    heights = {bar.get("class"): float(bar.get("height", "")) for bar in drawn.iter("rect")}
    assert heights == {"of-landed": 0.6 * HEIGHT, "of-bad": 0.2 * HEIGHT}


def test_a_lane_is_filled_from_its_begin_to_its_end() -> None:
    drawn = lane(DAY, DAY + timedelta(days=9), DAY + timedelta(days=2), DAY + timedelta(days=4),
                 has_left=True)  # fmt: skip
    bar = ET.fromstring(str(drawn)).findall(".//rect")[1]  # noqa: S314 - it is ours
    assert (bar.get("class"), bar.get("x"), bar.get("width")) == ("off", "200.0", "300.0")


@pytest.mark.parametrize("count", [1, 2, 5, 7, 8, 20, 21, 52, 366])
def test_a_day_stands_under_its_bar(count: int) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(count)]
    drawn = ET.fromstring(str(ticks(days)))  # noqa: S314 - it is ours
    bars = ET.fromstring(str(wave([WaveDay(day, 1, 0) for day in days], 100, "")))  # noqa: S314
    middles = [
        (float(bar.get("x", "")) + float(bar.get("width", "")) / 2) / 10
        for bar in bars.iter()
        if bar.get("class") == "up"
    ]
    found = list(drawn.iter("text"))
    numbers = marked(count)
    assert (numbers[0], numbers[-1]) == (0, count - 1)
    assert len(found) == len(numbers) == len(set(numbers)) <= 6
    for number, text in zip(numbers, found, strict=True):
        assert text.text == f"{days[number].day} {days[number]:%b}"
        x, anchor = float(text.get("x", "").rstrip("%")), text.get("text-anchor")
        if anchor == "middle":
            assert abs(x - middles[number]) < 0.1
        else:
            assert count > 20
            assert (anchor, x) in {("start", 0), ("end", 100)}


@pytest.mark.parametrize(("count", "numbers"), [(5, [0, 1, 2, 3, 4]), (7, [0, 2, 4, 6])])
def test_days_are_evenly_spread_where_that_is_possible(count: int, numbers: list[int]) -> None:
    assert marked(count) == numbers
