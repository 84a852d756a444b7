"""The moments of an import: given, now, or what the files say if that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from playlake.errors import CommandError
from playlake.importing.files import SavedFile
from playlake.importing.moments import Moments, moments_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def file(changed: datetime, name: str = "synthetic.json") -> SavedFile:
    return SavedFile(name, b"", changed.timestamp())


def moments(*files: SavedFile, at: str | None, said: list[str] | None = None) -> Moments:
    say = pytest.fail if said is None else said.append
    return moments_of(files, at, now=NOW, say=say)


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2024-03-01T06:00:00Z", datetime(2024, 3, 1, 6, tzinfo=UTC)),
        ("2024-03-01T06:00:00.9+01:00", datetime(2024, 3, 1, 5, tzinfo=UTC)),
        ("20240301T060000Z", datetime(2024, 3, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_time_with_a_zone_is_taken_in_utc_and_whole_seconds(at: str, moment: datetime) -> None:
    assert moments(file(NOW), at=at) == Moments({moment: [file(NOW)]})


@pytest.mark.parametrize("at", ["2024-03-01", "2024-03-01T00:00"])
def test_without_a_zone_it_is_utc_and_that_is_said(at: str, said: list[str]) -> None:
    assert list(moments(file(NOW), at=at, said=said).groups) == [datetime(2024, 3, 1, tzinfo=UTC)]
    assert said == [f"--at {at} has no time zone, so it counts as 2024-03-01 00:00:00 UTC"]


def test_by_default_it_is_now_and_what_else_it_may_be_is_said(said: list[str]) -> None:
    changed = datetime(2024, 3, 1, 6, tzinfo=UTC)
    files = [file(changed - timedelta(days=1)), file(changed)]
    assert moments(*files, at=None, said=said).groups == {NOW: files}
    (sentence,) = said
    assert sentence.startswith(
        "The files count as saved now, at 2026-11-21 12:00:00 UTC: --at TIME"
    )
    assert "--at mtime their last change (2024-03-01 06:00:00 UTC)" in sentence


def test_no_files_have_no_moment() -> None:
    assert moments(at=None) == Moments()


def test_files_changed_one_after_the_other_were_saved_together() -> None:
    first = datetime(2024, 3, 1, 6, 0, 0, 900_000, tzinfo=UTC)
    minutes = [0, 50, 100, 100 + 61, 9000]
    files = [file(first + timedelta(minutes=minute), f"{minute}.json") for minute in minutes]
    found = moments(*reversed(files), at="mtime").groups
    start = first.replace(microsecond=0)
    assert found == {
        start + timedelta(minutes=100): files[:3],
        start + timedelta(minutes=161): files[3:4],
        start + timedelta(minutes=9000): files[4:],
    }


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("mix-2024-03-01.json", datetime(2024, 3, 1, tzinfo=UTC)),
        ("20240301.json", datetime(2024, 3, 1, tzinfo=UTC)),
        ("mix_20240301T0600Z.json.gz", datetime(2024, 3, 1, 6, tzinfo=UTC)),
        ("mix 2024-03-01 06.00.07.csv", datetime(2024, 3, 1, 6, 0, 7, tzinfo=UTC)),
        ("2024-03-01/mix.json", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01/mix-2024-03-02.json", datetime(2024, 3, 2, tzinfo=UTC)),
        ("dump-2024-03-01.zip/mix.csv", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01/12345678.json", datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_the_date_in_a_name_is_taken_if_it_is_asked_for(name: str, moment: datetime) -> None:
    assert list(moments(file(NOW, name), at="name").groups) == [moment]


def test_names_of_several_dates_are_several_moments_in_order() -> None:
    names = ["b/2024-03-02.json", "a/2024-03-02.json", "2024-03-01.json"]
    found = moments(*(file(NOW, name) for name in names), at="name").groups
    assert [[each.name for each in files] for files in found.values()] == [
        ["2024-03-01.json"], ["a/2024-03-02.json", "b/2024-03-02.json"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mix.json", "has no date in its name, such as 2026-11-21: give --at TIME"),
        ("mix-2024-13-01.json", "has no date in its name"),
        ("2024-03-01-to-2024-04-01.json", "has several dates in its name"),
        ("2999-01-01.json", "2999-01-01 00:00:00 UTC is in the future"),
        ("1999-01-01.json", "1999-01-01 00:00:00 UTC is before Spotify"),
    ],
)
def test_a_name_without_one_usable_date_is_refused_and_others_are_not(name: str, why: str) -> None:
    found = moments(file(NOW, name), file(NOW, "2024-03-01.json"), at="name")
    assert len(found.groups) == 1
    (refusal,) = found.refusals
    assert refusal.startswith(name)
    assert why in refusal


@pytest.mark.parametrize("at", ["", "yesterday", "2024-13-01", "1709251200", "2024-03-01T25:00"])
def test_what_is_no_time_is_refused(at: str) -> None:
    with pytest.raises(CommandError, match="is not a time: write 2026-11-21 or"):
        moments(file(NOW), at=at)


@pytest.mark.parametrize("at", ["2026-11-21T12:00:01Z", "2026-11-21T12:00:00-00:01", "9999-12-31"])
def test_the_future_is_refused(at: str, said: list[str]) -> None:
    with pytest.raises(CommandError, match="is in the future: give the right time with --at"):
        moments(file(NOW), at=at, said=said)


def test_a_file_changed_in_the_future_is_refused() -> None:
    found = moments(file(NOW + timedelta(seconds=1)), at="mtime")
    assert found.groups == {}
    assert "2026-11-21 12:00:01 UTC is in the future" in found.refusals[0]


@pytest.mark.parametrize("at", ["2005-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1970-01-01"])
def test_a_time_before_spotify_is_refused(at: str, said: list[str]) -> None:
    with pytest.raises(CommandError, match="is before Spotify: give the right time with --at"):
        moments(file(NOW), at=at, said=said)
