import json
from datetime import UTC, datetime

import pytest
import structlog

from playlake_contracts.log_events import (
    CoverCounts,
    CoverNotKept,
    DetailsAccounted,
    LogEvent,
    PlaylistAccounted,
    PlaylistProgress,
    QuotaGroupClosed,
    RunFinished,
    RunStarted,
    Waiting,
    read_events,
)
from playlake_contracts.outcomes import Outcome

EVENTS = [
    RunStarted(version="0.1.0"),
    PlaylistAccounted(playlist_id="a", outcome=Outcome.GONE, code="gone", reason="why", requests=3),
    PlaylistAccounted(playlist_id="b", outcome=Outcome.LANDED, entries=2, total=2, requests=4),
    QuotaGroupClosed(group="items", not_before=datetime(2026, 11, 21, 7, tzinfo=UTC)),
    DetailsAccounted(uri="spotify:artist:1", requests=5, code="gone", reason="why"),
    CoverNotKept(playlist_id="a", reason="why"),
    Waiting(seconds=1.5, reason="why"),
    PlaylistProgress(playlist_id="a", entries=500, total=9000),
    RunFinished(configured=2, requests=5, outcomes={Outcome.LANDED: 1, Outcome.GONE: 1}),
    RunFinished(configured=2, requests=5, covers=CoverCounts(kept=1, failed=1)),
]


def written(event: LogEvent, **bound: object) -> bytes:
    with structlog.testing.capture_logs() as lines:
        event.write(structlog.get_logger().bind(**bound))
    return json.dumps({**lines[0], "timestamp": "2026-11-21T06:00:00Z"}).encode()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())
def test_a_written_event_is_read_back_unchanged(event: LogEvent) -> None:
    assert list(read_events([written(event)], "any")) == [event]


def test_events_of_other_runs_and_other_lines_are_skipped() -> None:
    ours, theirs = (written(EVENTS[0], run_id=run_id) for run_id in ("ours", "theirs"))
    lines = [b"not JSON", b"\xff", b'{"event":"read_again"}', theirs, ours, b""]
    assert [event.run_id for event in read_events(lines, "ours")] == ["ours"]


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (EVENTS[1], "warning"),
        (EVENTS[2], "info"),
        (EVENTS[3], "warning"),
        (EVENTS[4], "warning"),
        (EVENTS[5], "warning"),
    ],
)
def test_an_event_has_the_level_of_what_it_reports(event: LogEvent, level: str) -> None:
    assert json.loads(written(event))["log_level"] == level
