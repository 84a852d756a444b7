"""Further sources: a task, a role, a secret, a schedule and alarms of its own for each."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import SOURCES, actions, as_list, of_type, only, statements
from synthesised import template as synthesised_template

from playlake_contracts.sources.spotify import SOURCE as SPOTIFY
from playlake_infra.checks.aws_state import AwsState, ServiceInputs
from playlake_infra.checks.preflight_checks import find_notes, find_problems
from playlake_infra.place import Place
from playlake_infra.presets import PRESETS, InvalidSettingsError, read_settings, settings_of
from playlake_infra.runs import Runs
from playlake_infra.sources import FurtherSource, Sources
from playlake_infra.synth import rendered, synthesise
from playlake_local.sandbox import FURTHER

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_infra.synth import Template

TASK = "AWS::ECS::TaskDefinition"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of CloudFormation
SCHEDULE = "AWS::Scheduler::Schedule"
ALARM = "AWS::CloudWatch::Alarm"
TITLES = {"listenbrainz": "ListenBrainz", "youtube": "YouTube"}
PLACE = Place("123456789012", "eu-central-1")


@pytest.fixture
def found() -> Template:
    """The template with both sources."""
    return synthesised_template("sources")


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    """Each further source in turn."""
    return str(request.param)


def test_without_further_sources_the_template_is_as_it_was() -> None:
    without = settings_of("standard", {"sources": {}})
    assert rendered(synthesise(without)) == rendered(synthesised_template("standard"))
    found = synthesised_template("standard")
    assert not any(name.startswith("Source") for name in found["Resources"])


def test_further_sources_only_add_to_the_template(found: Template) -> None:
    before = synthesised_template("standard")
    changed = {
        name for name, each in before["Resources"].items() if found["Resources"].get(name) != each
    }
    # The reconciler looks further back, for runs that are a week apart, each source is kept for its
    # own days, and the dashboard grows.
    assert {name.rstrip("0123456789ABCDEF") for name in changed} == {
        "RetentionTaskDefinition",
        "TransformerTaskDefinition",
        "DashboardPage",
    }


def test_a_source_has_a_task_with_the_extractor_s_image_and_its_own_environment(
    found: Template, source: str
) -> None:
    container = _container(found, source)
    assert container["Image"] == _container_of(found, "ExtractorTask")["Image"]
    given = _environment(container)
    assert given["PLAYLAKE_SOURCE"] == source
    assert given["PLAYLAKE_PLAYLISTS"] == "mine"
    assert given["PLAYLAKE_METRICS_NAMESPACE"] == f"playlake/{source}"
    assert given["PLAYLAKE_RAW_BUCKET"]["Ref"].startswith("StorageRaw")
    assert not any("SPOTIFY" in name for name in given)
    others = {name for other in SOURCES if other != source for name in _own(found, other)}
    assert not others & given.keys()
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


def test_a_source_gets_its_own_settings(found: Template) -> None:
    listenbrainz = _environment(_container(found, "listenbrainz"))
    assert listenbrainz["PLAYLAKE_LISTENBRAINZ_USER"] == "robin"
    assert "PLAYLAKE_LISTENBRAINZ_CONTACT" not in listenbrainz
    youtube = _environment(_container(found, "youtube"))
    assert youtube["PLAYLAKE_YOUTUBE_CHANNEL"] == SOURCES["youtube"]["channel"]


@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("listenbrainz", "PLAYLAKE_LISTENBRAINZ_TOKEN"),
        ("youtube", "PLAYLAKE_YOUTUBE_API_KEY"),
    ],
)
def test_ecs_fills_the_secret_in_and_the_template_does_not_know_it(
    found: Template, source: str, variable: str
) -> None:
    (logical_id, secret), = (
        (i, p) for i, p in of_type(found, SECRET).items() if i.startswith(_construct(source))
    )  # fmt: skip
    assert secret["Name"] == f"playlake/{source}"
    assert not {"SecretString", "GenerateSecretString"} & secret.keys(), "it is created empty"
    assert _container(found, source)["Secrets"] == [
        {"Name": variable, "ValueFrom": {"Ref": logical_id}}
    ]
    assert found["Outputs"][f"{TITLES[source]}Secret"]["Value"] == f"playlake/{source}"


def test_a_source_without_a_secret_has_none() -> None:
    public = settings_of("thrifty", {"sources": {"listenbrainz": {"schedule": "rate(1 day)"}}})
    found = synthesise(public)
    assert [name.rstrip("0123456789ABCDEF") for name in of_type(found, SECRET)] == ["Spotify"]
    assert "Secrets" not in _container(found, "listenbrainz")
    assert "ListenBrainzSecret" not in found["Outputs"]


def test_what_starts_a_source_s_task_reads_its_secret_and_no_other(
    found: Template, source: str
) -> None:
    granted = statements(found, f"{_construct(source)}TaskExecutionRole")
    (reading,) = (s for s in granted if "secretsmanager" in str(s))
    assert reading["Resource"]["Ref"].startswith(f"{_construct(source)}Secret")
    assert not any("secrets" in one for one in actions(found, f"{_construct(source)}TaskRole"))
    readers = [
        role["Ref"]
        for policy in of_type(found, "AWS::IAM::Policy").values()
        for role in policy["Roles"]
        if f"{_construct(source)}Secret" in str(policy["PolicyDocument"])
    ]
    assert all(role.startswith(f"{_construct(source)}TaskExecutionRole") for role in readers)


def test_a_source_lands_objects_and_keeps_state_under_its_own_prefixes(
    found: Template, source: str
) -> None:
    granted = statements(found, f"{_construct(source)}TaskRole")
    assert actions(found, f"{_construct(source)}TaskRole") == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
    }
    (writing,) = (s for s in granted if "s3:PutObject" in as_list(s["Action"]))
    assert [arn["Fn::Join"][1][-1] for arn in writing["Resource"]] == [
        f"/raw/source={source}/*",
        f"/state/source={source}/*",
    ]
    (listing,) = (s for s in granted if s["Action"] == "s3:ListBucket")
    prefixes = [f"raw/source={source}/*", f"state/source={source}/*", "erasures/*"]
    assert listing["Condition"]["StringLike"] == {"s3:prefix": prefixes}
    assert "StorageCurated" not in str(granted)


def test_a_source_has_schedules_of_its_own_that_start_its_task_alone(found: Template) -> None:
    schedules = {each["Name"]: each for each in of_type(found, SCHEDULE).values()}
    assert {name for name in schedules if "-extract" in name or "-overdue" in name} == {
        "playlake-extract",
        "playlake-extract-listenbrainz",
        "playlake-extract-youtube",
        "playlake-overdue-youtube",
    }
    daily = schedules["playlake-extract-listenbrainz"]
    assert daily["ScheduleExpression"] == "rate(1 day)"
    assert daily["State"] == {"Fn::If": ["ImagesArePushed", "ENABLED", "DISABLED"]}
    (override,) = json.loads(daily["Target"]["Input"])["containerOverrides"]
    assert override["name"] == _container(found, "listenbrainz")["Name"]
    assert override["environment"][0]["name"] == "PLAYLAKE_SCHEDULED_AT"
    assert "FailedStarts" in daily["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    task = daily["Target"]["EcsParameters"]["TaskDefinitionArn"]["Ref"]
    assert task.startswith("SourceListenBrainzTaskDefinition")
    granted = statements(found, "SourceListenBrainzRole")
    (running,) = (s for s in granted if s["Action"] == "ecs:RunTask")
    assert "task-definition/playlake-extractor-listenbrainz:*" in str(running["Resource"])
    (passing,) = (s for s in granted if s["Action"] == "iam:PassRole")
    assert all("SourceListenBrainzTask" in str(role) for role in passing["Resource"])


def test_the_watcher_of_a_source_runs_its_task(found: Template) -> None:
    watcher = only(found, SCHEDULE, "SourceYouTubeWatcher")
    (override,) = json.loads(watcher["Target"]["Input"])["containerOverrides"]
    assert override == {"name": "extractor-youtube", "command": ["overdue", "--after", "252h"]}


def test_the_runs_of_a_source_have_alarms_of_their_own(found: Template) -> None:
    alarms = {a["AlarmName"]: a for a in of_type(found, ALARM).values() if "AlarmName" in a}
    of_source = {
        name.removeprefix("playlake-listenbrainz-"): alarm
        for name, alarm in alarms.items()
        if name.startswith("playlake-listenbrainz-")
    }
    assert set(of_source) == {
        "no-finished-run",
        "read-too-little",
        "authorisation",
        "failed-playlists",
        "partial-runs",
    }
    assert {alarm["Namespace"] for alarm in of_source.values()} == {"playlake/listenbrainz"}
    missing = of_source["no-finished-run"]
    assert missing["Period"] * missing["EvaluationPeriods"] == 36 * 3600
    description = of_source["authorisation"]["AlarmDescription"]
    assert description.startswith("ListenBrainz refused the credentials: put valid ones")
    assert "playlake-youtube-overdue" in alarms
    assert "playlake-youtube-no-finished-run" not in alarms


def test_the_dashboard_shows_the_runs_of_each_source(found: Template) -> None:
    page = str(only(found, "AWS::CloudWatch::Dashboard"))
    for source, title in TITLES.items():
        assert f"Runs of {title} an hour" in page
        assert f"playlake/{source}" in page


def test_the_reconciler_looks_back_to_the_run_before_of_the_rarest_source() -> None:
    rare = {"sources": {"youtube": {"schedule": "rate(20 days)"}}}
    assert settings_of("thrifty", rare).reconcile_days == 22
    assert PRESETS["thrifty"].reconcile_days == 3


@pytest.mark.parametrize(
    ("sources", "advice"),
    [
        ({"deezer": {"schedule": "rate(1 day)"}}, "there is no setting sources.deezer: remove it"),
        ({"youtube": {}}, "correct sources.youtube.schedule"),
        ({"youtube": {"schedule": "daily"}}, "correct sources.youtube.schedule = 'daily': write"),
        ({"youtube": {"schedule": "cron(0 6 * * ? *)"}}, "set hours_between_runs"),
        ({"youtube": {"schedule": "rate(32 days)"}}, "may be 31 days apart at most"),
        (
            {"youtube": {"schedule": "rate(1 day)", "user": "robin"}},
            "there is no setting sources.youtube.user: remove it",
        ),
        (
            {"youtube": {"schedule": "rate(1 day)", "channel": "robin"}},
            "correct sources.youtube.channel = 'robin'",
        ),
        (
            {"listenbrainz": {"schedule": "rate(1 day)", "playlists": " "}},
            "correct sources.listenbrainz.playlists = ' '",
        ),
        (
            {"listenbrainz": {"schedule": "rate(1 day)", "user": "a\nb"}},
            "correct sources.listenbrainz.user",
        ),
        ("youtube", "correct sources = 'youtube'"),
    ],
)
def test_a_wrong_source_is_refused_by_its_name(sources: Any, advice: str) -> None:  # noqa: ANN401
    with pytest.raises(InvalidSettingsError) as refusal:
        settings_of("thrifty", {"sources": sources})
    assert advice in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_source_is_a_table_of_the_settings_file(tmp_path: Path) -> None:
    overrides = tmp_path / "lake.toml"
    overrides.write_text(
        '[sources.listenbrainz]\nschedule = "cron(0 6 * * ? *)"\nhours_between_runs = 25\n'
        'user = "robin"\n'
    )
    (source,) = read_settings("standard", overrides).sources.chosen
    assert (source.name, source.interval) == ("listenbrainz", timedelta(hours=25))
    overrides.write_text(
        '[sources.youtube]\nschedule = "cron(0 6 27 11 ? 2026)"\nhours_between_runs = 24\n'
    )
    with pytest.raises(InvalidSettingsError, match=r"correct sources\.youtube\.schedule = .* past"):
        read_settings("standard", overrides, date(2026, 11, 28))


def test_a_secret_that_is_empty_is_a_note_and_no_problem() -> None:
    settings = settings_of("thrifty", {"sources": SOURCES})
    services = ServiceInputs("playlake/spotify", None, is_secret_read=False,
                             empty=("playlake/youtube",))  # fmt: skip
    state = AwsState(stack="CREATE_COMPLETE", services=services)
    assert find_problems(settings, PLACE, state) == []
    (note,) = find_notes(settings, state)
    assert note.startswith("the secret playlake/youtube has no value yet, and without one no run")
    assert "put-secret-value --secret-id playlake/youtube" in note


def test_every_registered_source_says_all_that_the_template_needs() -> None:
    fields = Sources.model_fields
    for name in fields:
        (source,) = Sources.model_validate({name: {"schedule": "rate(1 day)"}}).chosen
        assert isinstance(source, FurtherSource)
        assert source.name == name
        assert source.title.isidentifier()
    assert SPOTIFY not in fields


def test_the_sandbox_plays_every_further_source() -> None:
    settings = settings_of("thrifty", {"sources": SOURCES})
    services = {runs.service for runs in Runs.all(settings)[1:]}
    assert set(FURTHER) == services
    assert len(services) == len(Sources.model_fields)


def test_the_names_of_runs_differ_for_each_source() -> None:
    settings = settings_of("thrifty", {"sources": SOURCES})
    runs = Runs.all(settings)
    for names in (
        {each.service for each in runs},
        {each.namespace for each in runs},
        {each.scheduled("extract") for each in runs},
        {each.watched("token") for each in runs},
    ):
        assert len(names) == len(SOURCES) + 1


def _construct(source: str) -> str:
    return f"Source{TITLES[source]}"


def _container(found: Template, source: str) -> dict[str, Any]:
    return _container_of(found, f"{_construct(source)}Task")


def _container_of(found: Template, start: str) -> dict[str, Any]:
    (task,) = (p for i, p in of_type(found, TASK).items() if i.startswith(start))
    (container,) = task["ContainerDefinitions"]
    return dict(container)


def _environment(container: dict[str, Any]) -> dict[str, Any]:
    return {variable["Name"]: variable["Value"] for variable in container["Environment"]}


def _own(found: Template, source: str) -> set[str]:
    """The variables that only a source has."""
    prefix = f"PLAYLAKE_{source.upper()}_"
    return {name for name in _environment(_container(found, source)) if name.startswith(prefix)}
