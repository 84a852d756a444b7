"""How many days sources are kept: the text, the defaults, and what runs need."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playlake_contracts.retention import KeptDays, check_interval
from playlake_contracts.sources.references import REFERENCES

DAY = timedelta(days=1)


def test_every_source_has_a_default() -> None:
    assert set(KeptDays().all()) == set(REFERENCES)
    assert KeptDays().all() == {"spotify": None, "listenbrainz": None, "youtube": 28}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", {}),
        (" , ", {}),
        ("spotify=400", {"spotify": 400}),
        (" spotify = 400 , youtube=forever", {"spotify": 400, "youtube": None}),
        ("spotify=1,spotify=36500", {"spotify": 36500}),
    ],
)
def test_a_text_says_which_days_are_chosen(text: str, chosen: dict[str, int | None]) -> None:
    parsed = KeptDays.parse(text)
    assert parsed.chosen == chosen
    assert KeptDays.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("spotify", "'spotify' is not like spotify=400"),
        ("spotify=", "'spotify=' is not like"),
        ("spotify=-1", "is not like"),
        ("spotify=1.5", "is not like"),
        ("spotify=٣", "is not like"),
        ("Spotify=3", "is not like"),
        ("spotify=0", "spotify=0 is not between 1 and 36500 days"),
        ("spotify=36501", "spotify=36501 is not between"),
        ("deezer=30", "deezer is no source: choose among spotify, listenbrainz, youtube"),
    ],
)
def test_another_text_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        KeptDays.parse(text)


def test_what_others_chose_counts_and_the_rest_stays() -> None:
    kept = KeptDays({"spotify": 400}).with_(KeptDays({"youtube": None}))
    assert kept.all() == {"spotify": 400, "listenbrainz": None, "youtube": None}


@pytest.mark.parametrize(
    ("source", "least", "refresh_after_days", "interval"),
    [
        ("spotify", 9, 7, DAY),
        ("spotify", 2, 0, DAY),
        ("listenbrainz", 9, 7.5, timedelta(hours=1)),
        ("spotify", 39, 7, timedelta(days=31)),
        # A run of YouTube lands every playlist.
        ("youtube", 2, 7, DAY),
    ],
)
def test_snapshots_are_kept_until_the_next_ones_are_landed(
    source: str, least: int, refresh_after_days: float, interval: timedelta
) -> None:
    check_interval(source, least, refresh_after_days, interval)
    check_interval(source, None, refresh_after_days, interval)
    with pytest.raises(ValueError, match=f"keep {least} days at least"):
        check_interval(source, least - 1, refresh_after_days, interval)
