"""A deployment is given up only where CloudFormation reports nothing new of it."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any, cast

import pytest

from playlake_local import Clients, DeploymentError, deploy

PATIENCE = timedelta(seconds=60)
HOUR = 3600


class SlowCloudFormation:
    """Creates a stack in an hour, and reports a new event so often; it keeps the time as well."""

    def __init__(self, *, event_every: float) -> None:
        self.now = 0.0
        self._event_every = event_every

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += 10

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        status = "CREATE_COMPLETE" if self.now >= HOUR else "CREATE_IN_PROGRESS"
        outputs = [{"OutputKey": "Bucket", "OutputValue": "synthetic"}]
        return {"Stacks": [{"StackStatus": status, "Outputs": outputs}]}

    def describe_stack_events(self, **_: str) -> dict[str, Any]:
        return {"StackEvents": [{"EventId": str(self.now // self._event_every)}]}

    def update_stack(self, **_: object) -> None:
        """Take the template."""


class Uploads:
    """Takes the template's upload."""

    class meta:  # noqa: N801  boto3's name
        endpoint_url = "http://synthetic"

    def list_buckets(self) -> dict[str, Any]:
        return {"Buckets": []}

    def create_bucket(self, **_: str) -> None:
        """Take it."""

    def put_object(self, **_: object) -> None:
        """Take it."""


def deploy_on(slow: SlowCloudFormation, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(sys.modules["playlake_local.deploy"], "time", slow)
    clients = Clients(cast("Any", slow), cast("Any", Uploads()))
    return deploy(clients, "synthetic", {}, {}, patience=PATIENCE)


def test_a_stack_that_moves_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowCloudFormation(event_every=PATIENCE.total_seconds())
    assert deploy_on(slow, monkeypatch) == {"Bucket": "synthetic"}


def test_a_stack_that_does_not_move_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowCloudFormation(event_every=HOUR)
    with pytest.raises(DeploymentError, match="CREATE_IN_PROGRESS and has not moved for 0:01:00"):
        deploy_on(slow, monkeypatch)
    assert slow.now < 2 * PATIENCE.total_seconds()
