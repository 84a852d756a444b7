"""A schedule of once a week or less deploys, with a watcher in place of the alarm that waits."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alarm_states import client_of, ringing, send
from free_ports import choose_port

from playlake import local_aws as local
from playlake.project import Project
from playlake_contracts.metrics import Metric
from playlake_local import Clients, deploy, localise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws

ROOT = Path(__file__).resolve().parents[3]
CDK_PYTHON = ROOT / ".venv-infra" / "bin" / "python"
PARAMETERS = {"ImageTag": "synthetic", "Playlists": "mine"}
WEEKLY = {"name": "weekly", "schedule": "rate(7 days)"}
MONDAYS = {
    "name": "mondays",
    "schedule": "cron(0 6 ? * MON *)",
    "schedule_time_zone": "Europe/Berlin",
    "hours_between_runs": 169,
}


@pytest.fixture(scope="module")
def own_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS of these tests' own: they deploy more than other tests expect there."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local.local_aws(project, port=choose_port()) as aws:
        yield aws


@pytest.fixture(scope="module")
def templates() -> dict[str, dict[str, Any]]:
    """The templates of both schedules, as `make deploy` would assemble them."""
    assert CDK_PYTHON.exists(), (
        "the CDK is not installed: run `make test`, or make .venv-infra/stamp"
    )
    program = (
        "import json, sys\n"
        "from playlake_infra.presets import settings_of\n"
        "from playlake_infra.synth import synthesise\n"
        "chosen = json.loads(sys.argv[1])\n"
        "made = {one['name']: synthesise(settings_of('thrifty', one)) for one in chosen}\n"
        "print(json.dumps(made))"
    )
    done = subprocess.run(
        [str(CDK_PYTHON), "-c", program, json.dumps([WEEKLY, MONDAYS])],
        check=True,
        stdout=subprocess.PIPE,
        timeout=110,
    )
    made: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return made


@pytest.mark.parametrize(
    ("settings", "hours", "command_hours"), [(WEEKLY, 252, "252h"), (MONDAYS, 253.5, "254h")]
)
def test_a_rare_schedule_deploys_with_its_watcher_and_its_alarm(
    own_aws: LocalAws,
    templates: dict[str, dict[str, Any]],
    settings: dict[str, str],
    hours: float,
    command_hours: str,
) -> None:
    name = settings["name"]
    clients = Clients(own_aws.cloudformation, own_aws.s3)
    deploy(clients, name, localise(templates[name]), PARAMETERS, patience=timedelta(seconds=60))

    with closing(client_of(own_aws, "scheduler")) as scheduler:
        runs = scheduler.get_schedule(GroupName=name, Name=f"{name}-extract")
        watcher = scheduler.get_schedule(GroupName=name, Name=f"{name}-overdue")
    assert runs["ScheduleExpression"] == settings["schedule"]
    assert (watcher["ScheduleExpression"], watcher["State"]) == ("rate(1 day)", "ENABLED")
    (override,) = json.loads(watcher["Target"]["Input"])["overrides"]["containerOverrides"]
    assert override == {"name": "extractor", "command": ["overdue", "--after", command_hours]}

    with closing(client_of(own_aws, "cloudwatch")) as cloudwatch:
        send(cloudwatch, name, {Metric.HOURS_SINCE_FINISHED_RUN: hours})
        assert ringing(cloudwatch, name) == set()
        send(cloudwatch, name, {Metric.HOURS_SINCE_FINISHED_RUN: hours + 1})
        assert ringing(cloudwatch, name) == {"overdue"}
