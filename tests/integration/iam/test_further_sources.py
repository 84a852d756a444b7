"""The extractor accepts the environment that the template gives to the task of a further source."""

from __future__ import annotations

import os
from typing import Any

import pytest

from playlake.local_aws.resources import ACCOUNT
from playlake_extractor.settings import load_settings

SECRETS = {
    "listenbrainz": "PLAYLAKE_LISTENBRAINZ_TOKEN",
    "youtube": "PLAYLAKE_YOUTUBE_API_KEY",
}


@pytest.mark.parametrize("source", SECRETS)
def test_a_source_reads_its_container_s_environment(
    source: str, synthesised: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (container,) = (
        container
        for resource in synthesised["Resources"].values()
        if resource["Type"] == "AWS::ECS::TaskDefinition"
        for container in resource["Properties"]["ContainerDefinitions"]
        if container["Name"] == f"extractor-{source}"
    )
    assert [secret["Name"] for secret in container["Secrets"]] == [SECRETS[source]]
    given = {each["Name"]: _text(each["Value"]) for each in container["Environment"]}
    given[SECRETS[source]] = "synthetic"
    for name in [name for name in os.environ if name.upper().startswith("PLAYLAKE_")]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.source == source
    names = {name.lower().removeprefix("playlake_") for name in given if "PLAYLAKE" in name}
    assert settings.model_fields_set == names


def _text(value: Any) -> str:  # noqa: ANN401 - any value of a template
    """A value as a task gets it; what only AWS knows is synthetic."""
    if value == {"Ref": "AWS::AccountId"}:
        return ACCOUNT
    return value if isinstance(value, str) else "synthetic"
