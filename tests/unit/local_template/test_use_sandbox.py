"""The extractor of a template reads the sandbox; the rest of the template does not change."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from playlake_local.sandbox import EXTRACTOR, use_sandbox

STANDARD = Path(__file__).resolve().parents[3] / "infra" / "template" / "standard.json"
URL = "http://sandbox:8888"


def template(*containers: dict[str, Any]) -> dict[str, Any]:
    task = {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {"ContainerDefinitions": list(containers)},
    }
    return {"Resources": {"Task": task, "Topic": {"Type": "AWS::SNS::Topic"}}}


def containers(template: dict[str, Any]) -> list[dict[str, Any]]:
    kind = "AWS::ECS::TaskDefinition"
    tasks = [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]
    return [container for task in tasks for container in task["ContainerDefinitions"]]


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_both_urls_of_spotify_point_to_the_sandbox(url: str) -> None:
    given = template({"Name": EXTRACTOR, "Environment": [{"Name": "KEPT", "Value": "kept"}]})
    (extractor,) = containers(use_sandbox(given, url))
    assert {entry["Name"]: entry["Value"] for entry in extractor["Environment"]} == {
        "KEPT": "kept",
        "PLAYLAKE_SPOTIFY_API_URL": "http://sandbox:8888/v1/",
        "PLAYLAKE_SPOTIFY_TOKEN_URL": "http://sandbox:8888/api/token",
        "PLAYLAKE_REQUESTS_PER_SECOND": "100",
    }


def test_a_further_source_is_read_from_its_room_in_the_sandbox() -> None:
    given = template({"Name": EXTRACTOR}, {"Name": f"{EXTRACTOR}-youtube"})
    _, youtube = containers(use_sandbox(given, f"{URL}/"))
    assert {entry["Name"]: entry["Value"] for entry in youtube["Environment"]} == {
        "PLAYLAKE_YOUTUBE_API_URL": "http://sandbox:8888/youtube/v3/",
        "PLAYLAKE_REQUESTS_PER_SECOND": "100",
    }


def test_another_container_is_not_changed() -> None:
    given = template({"Name": EXTRACTOR}, {"Name": "transformer"})
    assert containers(use_sandbox(given, URL))[1] == {"Name": "transformer"}


def test_the_argument_is_not_modified() -> None:
    given = template({"Name": EXTRACTOR, "Environment": []})
    before = copy.deepcopy(given)
    use_sandbox(given, URL)
    assert given == before


def test_a_template_without_an_extractor_is_refused() -> None:
    with pytest.raises(ValueError, match="no container named extractor"):
        use_sandbox(template({"Name": "transformer"}), URL)


def test_only_the_environment_of_the_extractor_changes() -> None:
    production = json.loads(STANDARD.read_text())
    pointed = use_sandbox(production, URL)
    (extractor,) = (found for found in containers(pointed) if found["Name"] == EXTRACTOR)
    assert len(extractor["Environment"]) > 3
    del extractor["Environment"][-3:]
    assert pointed == production
