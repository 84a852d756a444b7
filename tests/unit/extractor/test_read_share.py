"""When a run has read enough to count as finished, and the metrics that it ends with."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from playlake_contracts.manifest import Manifest, PlaylistOutcome
from playlake_contracts.metrics import Metric, Sender
from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import (
    AuthorisationNeededError,
    LandingFailedError,
    ReadTooLittleError,
    StopError,
    StoppedEarlyError,
)
from playlake_extractor.run.end_of_run import EndOfRun
from playlake_extractor.run.read_share import check_read

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HALF = 50.0


def manifest(**counts: int) -> Manifest:
    """A synthetic manifest with so many playlists of each outcome."""
    playlists = [
        PlaylistOutcome(
            playlist_id=f"{outcome}{n}", outcome=Outcome[outcome.upper()], reason="synthetic"
        )
        for outcome, count in counts.items()
        for n in range(count)
    ]
    return Manifest(
        source="spotify",
        run_id="20261121T120000Z-aaaaaa",
        trigger="schedule",
        extractor_version="0",
        scheduled_at=NOON,
        started_at=NOON,
        finished_at=NOON,
        configured=len(playlists),
        requests=0,
        playlists=playlists,
        parts=[],
    )


def stopped_by(
    found: Manifest, least: float = HALF, *, read_before: bool = False
) -> StopError | None:
    try:
        check_read(found, least, read_before=read_before)
    except StopError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("counts", "kind"),
    [
        ({"landed": 1, "forbidden": 1}, None),
        ({"unchanged": 2, "failed": 2}, None),
        ({"landed": 1, "forbidden": 2}, ReadTooLittleError),
        ({"forbidden": 3}, ReadTooLittleError),
        ({"failed": 1}, ReadTooLittleError),
        ({"gone": 1, "torn": 1, "not_readable": 1}, ReadTooLittleError),
        # What is left to the next run is not the fault of this one.
        ({"rate_limited": 3}, StoppedEarlyError),
        ({"landed": 1, "rate_limited": 9}, StoppedEarlyError),
        ({"landed": 1, "failed": 1, "rate_limited": 9}, StoppedEarlyError),
        ({"failed": 2, "rate_limited": 9}, ReadTooLittleError),
    ],
)
def test_a_run_that_read_less_than_its_share_is_not_finished(
    counts: dict[str, int], kind: type[StopError] | None
) -> None:
    error = stopped_by(manifest(**counts))
    assert (None if error is None else type(error)) is kind


def test_the_sentence_has_the_counts_the_setting_and_the_commonest_reason() -> None:
    assert str(stopped_by(manifest(landed=1, forbidden=2, gone=1))) == (
        "1 of 4 playlists were read, and PLAYLAKE_LEAST_READ_PERCENT asks for 50 %; 2 are "
        "`forbidden`, for instance because: synthetic"
    )


def test_a_user_may_have_no_playlist_but_may_not_have_lost_all() -> None:
    assert stopped_by(manifest()) is None
    lost = stopped_by(manifest(), read_before=True)
    assert isinstance(lost, ReadTooLittleError)
    assert "the user's list of playlists is empty, but earlier runs read some" in str(lost)


def test_a_share_of_0_accepts_any_run() -> None:
    assert stopped_by(manifest(forbidden=3), 0) is None
    assert stopped_by(manifest(), 0, read_before=True) is None


@pytest.mark.parametrize(
    ("counts", "error", "values"),
    [
        ({"landed": 3, "failed": 1}, None, (1, 0, 0, 25, 0)),
        ({"landed": 3, "rate_limited": 1}, StoppedEarlyError(""), (1, 0, 1, 0, 25)),
        ({"landed": 1, "rate_limited": 3}, StoppedEarlyError(""), (0, 1, 1, 0, 75)),
        ({"failed": 2}, ReadTooLittleError(""), (0, 1, 0, 100, 0)),
    ],
)
def test_a_run_with_a_manifest_ends_with_all_its_metrics(
    counts: dict[str, int], error: StopError | None, values: tuple[float, ...]
) -> None:
    finished, too_little, partial, failed, limited = values
    assert EndOfRun(HALF, manifest(**counts), error=error).metrics(NOON.date()) == {
        Metric.RUNS_FINISHED: finished,
        Metric.RUNS_READ_TOO_LITTLE: too_little,
        Metric.RUNS_PARTIAL: partial,
        Metric.RUNS_REFUSED: 0,
        Metric.PLAYLISTS_FAILED_PERCENT: failed,
        Metric.PLAYLISTS_RATE_LIMITED_PERCENT: limited,
    }


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (AuthorisationNeededError(""), {Metric.RUNS_REFUSED: 1}),
        (ReadTooLittleError(""), {Metric.RUNS_READ_TOO_LITTLE: 1}),
        (
            StoppedEarlyError(""),
            {Metric.RUNS_PARTIAL: 1, Metric.PLAYLISTS_RATE_LIMITED_PERCENT: 100},
        ),
        (LandingFailedError(""), {}),
        (None, {}),
    ],
)
def test_a_run_without_a_manifest_is_not_finished_and_sends_what_is_known(
    error: StopError | None, known: dict[Metric, float]
) -> None:
    values = EndOfRun(HALF, error=error).metrics(NOON.date())
    assert values == {Metric.RUNS_FINISHED: 0, **known}


def test_every_metric_of_a_run_is_sent_and_no_other() -> None:
    end = EndOfRun(HALF, manifest(landed=1), consent_ends_on=NOON.date())
    sent = set(end.metrics(NOON.date()))
    assert sent == {metric for metric in Metric if metric.sender is Sender.EXTRACTOR}


@pytest.mark.parametrize(
    ("error", "outcome", "code", "reason"),
    [
        (None, "finished", None, None),
        (StoppedEarlyError("synthetic"), "partial", "stopped_early", "synthetic"),
        (AuthorisationNeededError("synthetic"), "refused", "authorisation_needed", "synthetic"),
        (ReadTooLittleError("synthetic"), "read_too_little", "read_too_little", "synthetic"),
        (LandingFailedError("synthetic"), "failed", "landing_failed", "synthetic"),
        # What another exception says may be anything.
        (ZeroDivisionError("synthetic"), "failed", None, "ZeroDivisionError"),
        (SystemExit(143), "failed", None, "SystemExit"),
    ],
)
def test_a_run_ends_with_a_line_that_says_how(
    error: BaseException | None, outcome: str, code: str | None, reason: str | None
) -> None:
    line = EndOfRun(HALF, error=error).line()
    assert (line["outcome"], line.get("code"), line.get("reason")) == (outcome, code, reason)
    whole = EndOfRun(HALF, manifest(landed=3, failed=1), error=error).line()
    assert whole.items() > line.items()
    assert (whole["playlists"], whole["outcomes"]) == (4, {"landed": 3, "failed": 1})


@pytest.mark.parametrize(("ends_on", "days"), [(date(2026, 12, 1), 10), (date(2026, 11, 1), 0)])
def test_the_days_that_are_left_of_the_consent_are_sent_if_they_are_known(
    ends_on: date, days: int
) -> None:
    values = EndOfRun(HALF, consent_ends_on=ends_on).metrics(NOON.date())
    assert values[Metric.TOKEN_DAYS_LEFT] == days
