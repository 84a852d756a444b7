"""The extractor's and the transformer's tasks, the schedule and the service."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import TOKENS_SECRET, as_list, extraction, of_type, only, statements
from synthesised import template as synthesised_template

from playlake_infra.presets import PRESETS, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

TASK = "AWS::ECS::TaskDefinition"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105  a type of CloudFormation


def test_the_extractor_gets_the_address_of_its_credentials_and_not_their_values(
    template: Template,
) -> None:
    given = {v["Name"]: v["Value"] for v in _environment(template, "Extractor")}
    spotify = {name: value for name, value in given.items() if "SPOTIFY" in name}
    (secret,) = (i for i in of_type(template, SECRET) if i.startswith("Spotify"))
    assert spotify == {"PLAYLAKE_SPOTIFY_CREDENTIALS": {"Ref": secret}}
    assert "Secrets" not in _container(template, "Extractor")


def test_the_page_gets_its_tokens_from_a_secret_and_is_asked_under_one_name(
    template: Template,
) -> None:
    container = _container(template, "Transformer")
    given = {v["Name"]: v["Value"] for v in _environment(template, "Transformer")}
    if of_type(template, "AWS::ApiGatewayV2::Api"):
        assert container["Secrets"] == [{"Name": "PLAYLAKE_TOKENS", "ValueFrom": TOKENS_SECRET}]
        assert given["PLAYLAKE_HTTP_HOST"] == "0.0.0.0"  # noqa: S104
        assert given["PLAYLAKE_HTTP_ADDRESSES"] == "https://transformer.playlake.internal"
        integration = only(template, "AWS::ApiGatewayV2::Integration")
        assert integration["RequestParameters"] == {
            "overwrite:header.host": "transformer.playlake.internal"
        }
    else:
        assert "Secrets" not in container
        assert "PLAYLAKE_HTTP_HOST" not in given


def test_the_secret_is_created_with_placeholders(
    template: Template,
) -> None:
    secret = only(template, SECRET, "Spotify")
    assert secret["Name"] == "playlake/spotify"
    generated = secret["GenerateSecretString"]
    keys = {*json.loads(generated["SecretStringTemplate"]), generated["GenerateStringKey"]}
    assert keys == {"client_id", "client_secret", "refresh_token"}
    assert "SecretString" not in secret


def test_no_later_template_writes_over_the_login(template: Template) -> None:
    """CloudFormation generates a value anew when any of this changes, so it stays as it is."""
    assert only(template, SECRET, "Spotify")["GenerateSecretString"] == {
        "ExcludePunctuation": True,
        "GenerateStringKey": "client_secret",
        "SecretStringTemplate": '{"client_id": "replace-me", "refresh_token": "replace-me"}',
    }
    others = [s for i, s in of_type(template, SECRET).items() if not i.startswith("Spotify")]
    assert not any({"SecretString", "GenerateSecretString"} & set(each) for each in others)


def test_an_existing_secret_is_read_and_none_is_created() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:playlake/spotify-AbCdEf"
    found = synthesise(settings_of("thrifty", {"spotify_secret_arn": arn}))
    assert of_type(found, SECRET) == {}
    given = {v["Name"]: v["Value"] for v in _environment(found, "Extractor")}
    assert given["PLAYLAKE_SPOTIFY_CREDENTIALS"] == arn
    (reading,) = (s for s in statements(found, "ExtractorTaskRole") if "secrets" in str(s))
    assert reading["Resource"] == arn
    assert found["Outputs"]["SpotifySecret"]["Value"] == arn


@pytest.mark.parametrize("service", ["Extractor", "Transformer"])
def test_a_container_is_hardened(template: Template, service: str) -> None:
    container = _container(template, service)
    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"] == "10001:10001"
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert container["LinuxParameters"]["InitProcessEnabled"] is True
    assert not container.get("Privileged")


def test_only_the_extractor_can_write_files_and_only_in_tmp(template: Template) -> None:
    assert _container(template, "Extractor")["MountPoints"] == [
        {"ContainerPath": "/tmp", "ReadOnly": False, "SourceVolume": "tmp"}  # noqa: S108  in the container
    ]
    assert only(template, TASK, "Extractor")["Volumes"] == [{"Name": "tmp"}]
    assert "MountPoints" not in _container(template, "Transformer")


def test_tasks_run_on_arm(template: Template) -> None:
    for task in of_type(template, TASK).values():
        assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert task["RequiresCompatibilities"] == ["FARGATE"]


def test_a_task_logs_to_a_group_with_a_retention(template: Template) -> None:
    for group in of_type(template, "AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] > 0
    for service in ("Extractor", "Transformer"):
        options = _container(template, service)["LogConfiguration"]["Options"]
        assert options["awslogs-group"]["Ref"] in of_type(template, "AWS::Logs::LogGroup")


def test_an_image_is_scanned_and_its_tag_cannot_be_replaced(template: Template) -> None:
    repositories = of_type(template, "AWS::ECR::Repository").values()
    assert {r["RepositoryName"] for r in repositories} == {
        "playlake/compactor",
        "playlake/extractor",
        "playlake/transformer",
    }
    for repository in repositories:
        assert repository["ImageTagMutability"] == "IMMUTABLE"
        assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_the_image_that_runs_is_kept_however_many_are_pushed(template: Template) -> None:
    """An image that matches the tags of a rule is not expired by a later rule."""
    for repository in of_type(template, "AWS::ECR::Repository").values():
        text = repository["LifecyclePolicy"]["LifecyclePolicyText"]["Fn::Sub"]
        running, every = json.loads(text.replace("${ImageTag}", "v1"))["rules"]
        assert running["rulePriority"] < every["rulePriority"]
        assert running["selection"] == {
            "tagStatus": "tagged",
            "tagPatternList": ["v1"],
            "countType": "imageCountMoreThan",
            "countNumber": 1,
        }
        assert every["selection"]["tagStatus"] == "any"
        assert every["selection"]["countNumber"] == 10


def test_no_task_runs_without_images(template: Template) -> None:
    names = ["ImageTag", "CompactorImage", "ExtractorImage", "TransformerImage"]
    assert {template["Parameters"][name]["Default"] for name in names} == {"none"}
    absent = [{"Fn::Equals": [{"Ref": name}, "none"]} for name in names]
    assert template["Conditions"]["ImagesArePushed"] == {"Fn::Not": [{"Fn::And": absent}]}
    assert template["Conditions"]["ImagesAreReleased"] == {"Fn::Not": [{"Fn::And": absent[1:]}]}
    state = extraction(template)["Properties"]["State"]
    assert state == {"Fn::If": ["ImagesArePushed", "ENABLED", "DISABLED"]}
    condition, _, otherwise = only(template, "AWS::ECS::Service")["DesiredCount"]["Fn::If"]
    assert (condition, otherwise) == ("ImagesArePushed", 0)


@pytest.mark.parametrize("service", ["Extractor", "Transformer"])
def test_a_task_runs_the_released_image_or_the_own_one(template: Template, service: str) -> None:
    condition, released, own = _container(template, service)["Image"]["Fn::If"]
    assert (condition, released) == ("ImagesAreReleased", {"Ref": f"{service}Image"})
    assert own["Fn::Join"][1][-1] == {"Ref": "ImageTag"}
    pulled = [s for s in statements(template, f"{service}TaskExecutionRole")
              if "ecr:BatchGetImage" in as_list(s["Action"])]  # fmt: skip
    assert [service in str(statement["Resource"]) for statement in pulled] == [True]


@pytest.mark.parametrize(
    "image", ["ghcr.io/a/playlake-extractor:v1", "playlake-extractor@sha256:" + "a" * 64, "NONE"]
)
def test_a_released_image_without_registry_and_digest_is_refused(
    thrifty: Template, image: str
) -> None:
    pattern = thrifty["Parameters"]["ExtractorImage"]["AllowedPattern"]
    assert re.fullmatch(pattern, image) is None
    assert re.fullmatch(pattern, "ghcr.io/a/playlake-extractor@sha256:" + "a" * 64)


def test_a_run_gets_its_scheduled_time(template: Template) -> None:
    target = extraction(template)["Properties"]["Target"]
    (override,) = json.loads(target["Input"])["containerOverrides"]
    assert override == {
        "name": _container(template, "Extractor")["Name"],
        "environment": [
            {"name": "PLAYLAKE_SCHEDULED_AT", "value": "<aws.scheduler.scheduled-time>"}
        ],
    }


def test_a_start_that_fails_is_retried_and_then_kept(template: Template) -> None:
    target = extraction(template)["Properties"]["Target"]
    assert target["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 3600,
        "MaximumRetryAttempts": 3,
    }
    assert "FailedStarts" in target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]


def test_the_policy_of_the_scheduler_is_created_before_the_schedule(
    template: Template,
) -> None:
    assert any("ScheduleRoleDefaultPolicy" in name for name in extraction(template)["DependsOn"])


def test_a_transformer_drains_before_it_is_killed(template: Template) -> None:
    container = _container(template, "Transformer")
    drain = float(_variable(template, "PLAYLAKE_DRAIN_SECONDS"))
    assert drain < container["StopTimeout"] <= 120


def test_queue_and_transformer_have_the_same_visibility_timeout(template: Template) -> None:
    queue = only(template, "AWS::SQS::Queue", "RawEventsQueue")
    visibility = _variable(template, "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS")
    assert queue["VisibilityTimeout"] == int(visibility)


def test_the_health_check_of_the_transformer_needs_no_shell(template: Template) -> None:
    check = _container(template, "Transformer")["HealthCheck"]
    assert check["Command"][:3] == ["CMD", "/opt/venv/bin/python", "-c"]
    assert "http://127.0.0.1:8080/livez" in check["Command"][3]


def test_a_failed_deployment_rolls_back(template: Template) -> None:
    deployment = only(template, "AWS::ECS::Service")["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert deployment["MinimumHealthyPercent"] == 100


def test_ecs_exec_is_off(template: Template) -> None:
    assert only(template, "AWS::ECS::Service")["EnableExecuteCommand"] is False


@pytest.mark.parametrize(
    ("variant", "provider"),
    [("thrifty", "FARGATE_SPOT"), ("large", "FARGATE"), ("everything", "FARGATE_SPOT")],
)
def test_spot_is_a_setting(variant: str, provider: str) -> None:
    template = synthesised_template(variant)
    strategy = only(template, "AWS::ECS::Service")["CapacityProviderStrategy"]
    assert strategy == [{"CapacityProvider": provider, "Weight": 1}]
    assert provider in only(template, "AWS::ECS::Cluster")["CapacityProviders"]


def test_the_compactor_is_a_hardened_task_with_a_disk_and_the_buckets() -> None:
    template = synthesised_template("standard")
    container = _container(template, "Compactor")
    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"] == "10001:10001"
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert container["MountPoints"] == [
        {"ContainerPath": "/tmp", "ReadOnly": False, "SourceVolume": "tmp"}  # noqa: S108  in the container
    ]
    assert container["Image"]["Fn::If"][:2] == ["ImagesAreReleased", {"Ref": "CompactorImage"}]
    task = only(template, TASK, "Compactor")
    assert (task["Cpu"], task["Memory"]) == ("256", "1024")
    assert task["EphemeralStorage"] == {"SizeInGiB": 60}
    given = {v["Name"]: v["Value"] for v in _environment(template, "Compactor")}
    assert given["PLAYLAKE_RAW_BUCKET"]["Ref"].startswith("StorageRaw")
    assert given["PLAYLAKE_CURATED_BUCKET"]["Ref"].startswith("StorageCurated")


def test_the_compactor_has_a_schedule_of_its_own_in_utc() -> None:
    zone = {"schedule_time_zone": "Europe/Berlin", "compaction": "rate(12 hours)"}
    found = synthesise(settings_of("standard", zone))
    schedule = _compaction(found)
    assert schedule["ScheduleExpression"] == "rate(12 hours)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["State"] == {"Fn::If": ["ImagesArePushed", "ENABLED", "DISABLED"]}
    assert "Input" not in schedule["Target"]
    assert "FailedStarts" in schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]


@pytest.mark.parametrize(
    ("variant", "address", "subnet"),
    [("standard", "ENABLED", "Public"), ("everything", "DISABLED", "Private")],
)
def test_the_compactor_runs_where_transformers_run(variant: str, address: str, subnet: str) -> None:
    found = synthesised_template(variant)
    (network,) = _compaction(found)["Target"]["EcsParameters"]["NetworkConfiguration"].values()
    assert network["AssignPublicIp"] == address
    assert all(subnet in each["Ref"] for each in network["Subnets"])
    service = only(found, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["SecurityGroups"] == service["SecurityGroups"]


def test_without_compaction_there_is_no_compactor_but_its_repository() -> None:
    found = synthesised_template("thrifty")
    named = [name for name in found["Resources"] if "Compactor" in name]
    assert [name.rstrip("0123456789ABCDEF") for name in named] == ["ImagesCompactor"]


def test_the_sync_runs_the_image_of_the_compactor_with_a_command_of_its_own(
    everything: Template,
) -> None:
    container = _container(everything, "Iceberg")
    assert container["Command"] == ["iceberg"]
    assert container["Image"]["Fn::If"][:2] == ["ImagesAreReleased", {"Ref": "CompactorImage"}]
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    log = container["LogConfiguration"]["Options"]["awslogs-group"]["Ref"]
    assert of_type(everything, "AWS::Logs::LogGroup")[log]["LogGroupName"] == "/playlake/iceberg"
    given = {v["Name"]: v["Value"] for v in _environment(everything, "Iceberg")}
    assert given["PLAYLAKE_ICEBERG_DATABASE"] == "playlake_iceberg"
    assert given["PLAYLAKE_CURATED_BUCKET"]["Ref"].startswith("StorageCurated")
    assert _container(everything, "Compactor").get("Command") is None


def test_the_sync_has_a_schedule_of_its_own_in_utc(everything: Template) -> None:
    schedule = next(
        found
        for found in of_type(everything, "AWS::Scheduler::Schedule").values()
        if found["Name"] == "playlake-iceberg"
    )
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["State"] == {"Fn::If": ["ImagesArePushed", "ENABLED", "DISABLED"]}
    assert "FailedStarts" in schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    (network,) = schedule["Target"]["EcsParameters"]["NetworkConfiguration"].values()
    compaction = _compaction(everything)["Target"]["EcsParameters"]["NetworkConfiguration"]
    assert network == compaction["AwsvpcConfiguration"]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_syncs_iceberg_tables(preset: str) -> None:
    found = synthesised_template(preset)
    assert not any(name.startswith("Iceberg") for name in found["Resources"])
    assert "iceberg" not in str(found)


def _compaction(template: Template) -> dict[str, Any]:
    """The schedule of the compactor."""
    (schedule,) = (
        found
        for found in of_type(template, "AWS::Scheduler::Schedule").values()
        if found["Name"] == "playlake-compact"
    )
    return schedule


def _container(template: Template, service: str) -> dict[str, Any]:
    (container,) = only(template, TASK, service)["ContainerDefinitions"]
    return dict(container)


def _environment(template: Template, service: str) -> list[dict[str, Any]]:
    return list(_container(template, service)["Environment"])


def _variable(template: Template, name: str) -> str:
    (value,) = (v["Value"] for v in _environment(template, "Transformer") if v["Name"] == name)
    return str(value)
