"""Further accounts of Spotify: each has a task, role, secret, schedule and alarms of its own."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import actions, as_list, of_type, statements
from synthesised import template as synthesised_template

from playlake_infra.dated_settings import dated_problems
from playlake_infra.presets import InvalidSettingsError, settings_of
from playlake_infra.runs import Runs
from playlake_infra.synth import rendered, synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

ACCOUNTS = {
    "ada": {"schedule": "rate(1 day)"},
    "the-team": {"schedule": "rate(12 hours)", "playlists": "37i9dQZF1DXcBWIGoYBM5M"},
}
ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of CloudFormation


@cache
def found() -> Template:
    """The template with two accounts; no test may change it."""
    return synthesise(settings_of("standard", {"accounts": ACCOUNTS}))


def environment_of(construct: str) -> dict[str, Any]:
    (task,) = (
        each
        for name, each in of_type(found(), "AWS::ECS::TaskDefinition").items()
        if name.startswith(construct)
    )
    (container,) = task["ContainerDefinitions"]
    return {each["Name"]: each["Value"] for each in container["Environment"]}


def test_without_accounts_the_template_is_as_it_was() -> None:
    without = settings_of("standard", {"accounts": {}})
    assert rendered(synthesise(without)) == rendered(synthesised_template("standard"))


def test_accounts_only_add_to_the_template() -> None:
    before = synthesised_template("standard")["Resources"]
    changed = {name for name, each in before.items() if found()["Resources"].get(name) != each}
    assert {name.rstrip("0123456789ABCDEF") for name in changed} == {"DashboardPage"}


def test_an_account_reads_spotify_under_its_name_with_its_own_login() -> None:
    ada = environment_of("SourceAccountAdaTask")
    assert ada["PLAYLAKE_SOURCE"] == "spotify"
    assert ada["PLAYLAKE_ACCOUNT"] == "ada"
    assert ada["PLAYLAKE_PLAYLISTS"] == "mine"
    assert ada["PLAYLAKE_METRICS_NAMESPACE"] == "playlake/ada"
    assert ada["PLAYLAKE_SPOTIFY_CREDENTIALS"]["Ref"].startswith("SourceAccountAdaSecret")
    assert "PLAYLAKE_LIKED_SONGS" not in ada
    team = environment_of("SourceAccountTheTeamTask")
    assert team["PLAYLAKE_ACCOUNT"] == "the-team"
    assert team["PLAYLAKE_PLAYLISTS"] == "37i9dQZF1DXcBWIGoYBM5M"


def test_the_secret_of_an_account_is_created_empty_and_read_by_its_task_alone() -> None:
    secrets = {each["Name"]: name for name, each in of_type(found(), SECRET).items()}
    assert set(secrets) == {
        "playlake/spotify",
        "playlake/spotify/ada",
        "playlake/spotify/the-team",
    }
    made = of_type(found(), SECRET)[secrets["playlake/spotify/ada"]]
    assert not {"SecretString", "GenerateSecretString"} & made.keys()
    assert found()["Outputs"]["AccountAdaSecret"]["Value"] == "playlake/spotify/ada"
    readers = {
        role["Ref"].partition("Role")[0]
        for policy in of_type(found(), "AWS::IAM::Policy").values()
        for role in policy["Roles"]
        if secrets["playlake/spotify/ada"] in str(policy["PolicyDocument"])
    }
    assert readers == {"SourceAccountAdaTask"}


def test_an_account_lands_spotify_s_objects_and_keeps_its_own_state() -> None:
    role = "SourceAccountAdaTaskRole"
    assert actions(found(), role) == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
    }
    (writing,) = (s for s in statements(found(), role) if "s3:PutObject" in as_list(s["Action"]))
    assert {arn["Fn::Join"][1][-1] for arn in writing["Resource"]} == {
        "/raw/source=spotify/*",
        "/state/source=spotify/account=ada/*",
        "/covers/*",
    }


def test_an_account_has_schedules_and_alarms_of_its_own() -> None:
    schedules = {each["Name"] for each in of_type(found(), "AWS::Scheduler::Schedule").values()}
    assert {"playlake-extract-ada", "playlake-extract-the-team"} <= schedules
    alarms = {each.get("AlarmName") for each in of_type(found(), ALARM).values()}
    assert {"playlake-ada-no-finished-run", "playlake-ada-authorisation"} <= alarms
    titles = [runs.title for runs in Runs.all(settings_of("standard", {"accounts": ACCOUNTS}))]
    assert titles == ["Spotify", "Spotify's account ada", "Spotify's account the-team"]


@pytest.mark.parametrize(
    ("accounts", "advice"),
    [
        ({"Ada": {"schedule": "rate(1 day)"}}, "is not the name of an account"),
        ({"youtube": {"schedule": "rate(1 day)"}}, "youtube is the name of a source"),
        ({"ada": {}}, "correct accounts.ada.schedule"),
        ({"ada": {"schedule": "daily"}}, "correct accounts.ada.schedule = 'daily': write"),
        ({"ada": {"schedule": "rate(1 day)", "user": "x"}}, "no setting accounts.ada.user"),
    ],
)
def test_a_wrong_account_is_refused_by_its_name(accounts: Any, advice: str) -> None:  # noqa: ANN401
    with pytest.raises(InvalidSettingsError) as refusal:
        settings_of("thrifty", {"accounts": accounts})
    assert advice in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_accounts_count_where_runs_do() -> None:
    rare = {"accounts": {"ada": {"schedule": "rate(20 days)"}}}
    assert settings_of("thrifty", rare).reconcile_days == 22
    with pytest.raises(InvalidSettingsError, match="20 days are too short for spotify: up to 27"):
        settings_of("thrifty", {**rare, "keep_days": 20})
    past = {"schedule": "cron(0 6 1 1 ? 2020)", "hours_between_runs": 24}
    over = settings_of("thrifty", {"accounts": {"ada": past}})
    (problem,) = dated_problems(over, date(2026, 11, 30))
    assert problem.startswith("correct accounts.ada.schedule = ")
