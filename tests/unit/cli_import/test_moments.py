"""The moment of an import: given, or that of the newest file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from playlake.errors import CommandError
from playlake.importing.files import SavedFile
from playlake.importing.moments import moment_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def file(changed: datetime) -> SavedFile:
    return SavedFile("synthetic.json", b"", changed.timestamp())


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2024-03-01T06:00:00Z", datetime(2024, 3, 1, 6, tzinfo=UTC)),
        ("2024-03-01T06:00:00.9+01:00", datetime(2024, 3, 1, 5, tzinfo=UTC)),
        ("20240301T060000Z", datetime(2024, 3, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_time_with_a_zone_is_taken_in_utc_and_whole_seconds(
    at: str, moment: datetime, said: list[str]
) -> None:
    assert moment_of([file(NOW)], at, now=NOW, say=said.append) == moment
    assert said == []


@pytest.mark.parametrize("at", ["2024-03-01", "2024-03-01T00:00"])
def test_without_a_zone_it_is_utc_and_that_is_said(at: str, said: list[str]) -> None:
    moment = moment_of([file(NOW)], at, now=NOW, say=said.append)
    assert moment == datetime(2024, 3, 1, tzinfo=UTC)
    assert said == [f"--at {at} has no time zone, so it counts as 2024-03-01 00:00:00 UTC"]


def test_by_default_it_is_when_the_newest_file_was_changed_and_that_is_said(
    said: list[str],
) -> None:
    changed = datetime(2024, 3, 1, 6, 0, 0, 900_000, tzinfo=UTC)
    files = [file(changed - timedelta(days=1)), file(changed), file(changed - timedelta(days=2))]
    moment = moment_of(files, None, now=NOW, say=said.append)
    assert moment == changed.replace(microsecond=0)
    (sentence,) = said
    assert sentence.startswith("The files count as saved at 2024-03-01 06:00:00 UTC, the newest ")


@pytest.mark.parametrize("at", ["", "yesterday", "2024-13-01", "1709251200", "2024-03-01T25:00"])
def test_what_is_no_time_is_refused(at: str, said: list[str]) -> None:
    with pytest.raises(CommandError, match="is not a time: write 2026-11-21 or"):
        moment_of([file(NOW)], at, now=NOW, say=said.append)


@pytest.mark.parametrize("at", ["2026-11-21T12:00:01Z", "2026-11-21T12:00:00-00:01", "9999-12-31"])
def test_the_future_is_refused(at: str, said: list[str]) -> None:
    with pytest.raises(CommandError, match="is in the future: give the right time with --at"):
        moment_of([file(NOW)], at, now=NOW, say=said.append)


def test_a_file_from_the_future_is_refused(said: list[str]) -> None:
    with pytest.raises(CommandError, match="2026-11-21 12:00:01 UTC is in the future"):
        moment_of([file(NOW + timedelta(seconds=1))], None, now=NOW, say=said.append)


@pytest.mark.parametrize("at", ["2005-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1970-01-01"])
def test_a_time_before_spotify_is_refused(at: str, said: list[str]) -> None:
    with pytest.raises(CommandError, match="is before Spotify: give the right time with --at"):
        moment_of([file(NOW)], at, now=NOW, say=said.append)
