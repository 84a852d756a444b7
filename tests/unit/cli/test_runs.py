"""Runs as tables and sentences; manifests are synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from playlake.errors import CommandError
from playlake.lakes.manifests import find_manifest
from playlake.output.runs import (
    changed_or_unread,
    parts_table,
    playlists_table,
    runs_table,
    summary,
)
from playlake.output.screen import laid_out
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import DetailsCounts, Manifest, PartSummary, PlaylistOutcome
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from playlake.output.table import Table

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
LANDED = PlaylistOutcome(
    playlist_id="a", outcome=Outcome.LANDED, name="[b]Mix\x1b", entries=2, total=3, part="part-0000"
)
UNCHANGED = PlaylistOutcome(
    playlist_id="b", outcome=Outcome.UNCHANGED, unchanged_since="20261120T060000Z-aaaaaa"
)
GONE = PlaylistOutcome(playlist_id="c", outcome=Outcome.GONE, reason="Spotify answered 404")
MANIFEST = Manifest(
    source="spotify",
    run_id="20261121T060000Z-aaaaaa",
    trigger="schedule",
    extractor_version="0",
    scheduled_at=NOW,
    started_at=NOW,
    finished_at=NOW + timedelta(minutes=20, seconds=1),
    configured=3,
    requests=1234,
    retries=5,
    waited_seconds=61.4,
    playlists=[LANDED, UNCHANGED, GONE],
    parts=[
        PartSummary(
            part="part-0000",
            key="raw/synthetic",
            snapshots=1,
            entries=2,
            json_bytes=3000,
            bytes=400,
            sha256="",
        )
    ],
)


def cells(table: Table) -> list[list[str]]:
    _, rule, *rows = laid_out([table], None).splitlines()
    widths = [len(line) for line in rule.split("  ")]
    starts = [sum(widths[:place]) + 2 * place for place in range(len(widths))]
    return [
        [row[start : start + width].strip() for start, width in zip(starts, widths, strict=True)]
        for row in rows
    ]


def test_a_run_is_a_row() -> None:
    assert cells(runs_table([MANIFEST])) == [
        [
            "20261121T060000Z-aaaaaa",
            "schedule",
            "2026-11-21 06:00:00",
            "1,201 s",
            "3",
            "1 landed, 1 unchanged, 1 gone",
            "1,234",
            "5",
            "61 s",
        ]
    ]


def test_every_playlist_of_a_run_is_a_row() -> None:
    assert cells(playlists_table(MANIFEST.playlists)) == [
        ["[b]Mix\\x1b", "a", "landed", "2", "3", "part-0000", ""],
        ["", "b", "unchanged", "", "", "as in 20261120T060000Z-aaaaaa", ""],
        ["", "c", "gone", "", "", "", "Spotify answered 404"],
    ]


def test_a_part_is_a_row() -> None:
    assert cells(parts_table(MANIFEST)) == [
        ["part-0000", "1", "2", "0", "3,000", "400", "raw/synthetic"]
    ]


def test_of_unchanged_playlists_there_is_nothing_to_tell() -> None:
    assert changed_or_unread(MANIFEST) == [LANDED, GONE]


def test_a_run_is_summed_up() -> None:
    assert summary(MANIFEST) == (
        "3 playlists: 1 landed, 1 unchanged, 1 gone. "
        "1,234 requests, 5 of them retries, 61 s of waiting."
    )


def test_the_details_of_a_run_are_summed_up() -> None:
    details = DetailsCounts(artists=1000, albums=2, refused=3, left=4000)
    assert summary(msgspec.structs.replace(MANIFEST, details=details)).endswith(
        " s of waiting. Details of 1,000 artists and 2 albums; Spotify has none of 3, and 4,000 "
        "are left to later runs."
    )


def test_the_nearest_runs_are_named_where_there_is_none() -> None:
    days = [NOW - timedelta(days=ago) for ago in range(5)]
    keys = [RawKey.of_manifest("spotify", RunId.derive("spotify", day)) for day in days]
    assert find_manifest(keys, str(keys[3].run_id)) == keys[3]
    with pytest.raises(CommandError, match="no run '20261118': the nearest are 20261118T") as error:
        find_manifest(keys, "20261118")
    assert str(error.value).count("T060000Z") == 3
