"""The alarms of the template ring on what the services send, on the local CloudWatch."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from alarm_states import client_of, ringing, send

from playlake_contracts.metrics import Metric

if TYPE_CHECKING:
    from playlake.local_aws import LocalAws

DEPLOYMENT = "playlake"
A_FINE_RUN = {
    Metric.RUNS_FINISHED: 1,
    Metric.RUNS_READ_TOO_LITTLE: 0,
    Metric.RUNS_PARTIAL: 1,
    Metric.RUNS_REFUSED: 0,
    Metric.PLAYLISTS_FAILED_PERCENT: 20,
    Metric.PLAYLISTS_RATE_LIMITED_PERCENT: 20,
    Metric.TOKEN_DAYS_LEFT: 30,
}
FINE_MINUTES = {
    Metric.ROWS_QUARANTINED: 100,
    Metric.GLUE_THROTTLES: 10,
    Metric.BREAKER_OPEN: 10,
}
# Beside a value in the first column, these alarms and no others ring.
STEPS: list[tuple[dict[Metric, float], set[str]]] = [
    ({**A_FINE_RUN, **FINE_MINUTES}, set()),
    # Nothing of Spotify answers: see tests/integration/extractor/test_endings.py.
    (
        {Metric.RUNS_READ_TOO_LITTLE: 1, Metric.PLAYLISTS_FAILED_PERCENT: 100},
        {"read-too-little", "failed-playlists"},
    ),
    ({Metric.PLAYLISTS_RATE_LIMITED_PERCENT: 21}, {"partial-runs"}),
    ({Metric.RUNS_REFUSED: 1}, {"authorisation"}),
    ({Metric.TOKEN_DAYS_LEFT: 29}, {"token"}),
    ({Metric.OBJECTS_REJECTED: 1}, {"rejects"}),
    ({Metric.ROWS_QUARANTINED: 1}, {"quarantine"}),
    ({Metric.GLUE_THROTTLES: 1}, {"glue-throttling"}),
    ({Metric.BREAKER_OPEN: 1}, {"breaker-open"}),
]


def test_every_alarm_rings_for_its_own_failure(local_aws: LocalAws) -> None:
    rung: set[str] = set()
    with closing(client_of(local_aws, "cloudwatch")) as cloudwatch:
        send(cloudwatch, DEPLOYMENT, {Metric.RUNS_FINISHED: 0})
        assert ringing(cloudwatch, DEPLOYMENT) == {"no-finished-run"}
        for values, rings in STEPS:
            send(cloudwatch, DEPLOYMENT, values)
            rung |= rings
            assert ringing(cloudwatch, DEPLOYMENT) == rung, values
        every = cloudwatch.describe_alarms(AlarmNamePrefix=f"{DEPLOYMENT}-")["MetricAlarms"]
    own = {alarm["AlarmName"] for alarm in every if alarm["Namespace"] == DEPLOYMENT}
    assert own == {f"{DEPLOYMENT}-{name}" for name in (*rung, "no-finished-run")}
