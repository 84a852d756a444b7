"""The services accept the environment that the template gives to their containers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import playlake_extractor.settings
import playlake_transformer.settings
from playlake_extractor.errors import ConfigurationError
from playlake_local import use_sandbox

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

TEMPLATES = Path(__file__).resolve().parents[3] / "infra" / "template"
PRESETS = ("thrifty", "standard", "large")
SANDBOX = "http://sandbox:8888"
DEPLOYED = {
    "requests_per_second": 1.0,
    "refresh_after_days": 7.0,
    "enrich": False,
    "covers": False,
    "liked_songs": False,
    "log_level": "info",
}

Template = dict[str, Any]

every_preset = pytest.mark.parametrize("preset", PRESETS)


def template(preset: str) -> Template:
    return dict(json.loads((TEMPLATES / f"{preset}.json").read_text(encoding="utf-8")))


def environment(given: Template, service: str) -> dict[str, str]:
    """The environment of a service's container, as the service reads it once deployed."""
    (container,) = (
        container
        for resource in given["Resources"].values()
        if resource["Type"] == "AWS::ECS::TaskDefinition"
        for container in resource["Properties"]["ContainerDefinitions"]
        if container["Name"] == service
    )
    return {v["Name"]: resolved(given, v["Value"]) for v in container["Environment"]}


def resolved(given: Template, value: Any) -> str:  # noqa: ANN401  any value of a template
    """A value as CloudFormation would fill it in; what only AWS knows is its logical id."""
    match value:
        case {"Ref": name} if name in given["Parameters"]:
            return str(given["Parameters"][name]["Default"])
        case {"Ref": "AWS::AccountId"}:
            return "123456789012"
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            return str(name).lower().replace("::", "-")
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(resolved(given, part) for part in parts)
        case _:
            assert isinstance(value, str), value
            return value


def read(service: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> BaseSettings:
    """Read a service's settings from these variables and nothing else of ours."""
    for name in [name for name in os.environ if name.upper().startswith("PLAYLAKE_")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if service == "extractor":
        return playlake_extractor.settings.load_settings()
    return playlake_transformer.settings.load_settings()


@every_preset
@pytest.mark.parametrize("service", ["extractor", "transformer", "overwriter"])
def test_a_service_reads_its_container_s_environment(
    preset: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = environment(template(preset), service)
    foreign = {name for name in variables if not name.startswith("PLAYLAKE_")}
    assert foreign == {"AWS_DEFAULT_REGION"}
    settings = read(service, variables, monkeypatch)
    given = {name.lower().removeprefix("playlake_") for name in variables.keys() - foreign}
    assert settings.model_fields_set == given


@every_preset
def test_the_extractor_reads_the_values_of_the_preset(
    preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read("extractor", environment(template(preset), "extractor"), monkeypatch)
    assert settings.model_dump(include=set(DEPLOYED)) == DEPLOYED


@every_preset
def test_the_extractor_reads_the_environment_that_points_it_at_the_sandbox(
    preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointed = use_sandbox(template(preset), SANDBOX)
    settings = read("extractor", environment(pointed, "extractor"), monkeypatch).model_dump()
    assert str(settings["spotify_api_url"]) == f"{SANDBOX}/v1/"
    assert str(settings["spotify_token_url"]) == f"{SANDBOX}/api/token"


def test_an_environment_with_a_misspelt_name_would_be_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = environment(template("thrifty"), "extractor") | {"PLAYLAKE_ENRICHED": "true"}
    with pytest.raises(ConfigurationError, match="PLAYLAKE_ENRICH"):
        read("extractor", variables, monkeypatch)
