"""Points the extractors of a template at the stand-in for their sources."""

from __future__ import annotations

import json
from typing import Any

EXTRACTOR = "extractor"
# The stand-in has no rate limit, so a run need not keep to Spotify's.
REQUESTS_PER_SECOND = 100
# Where the stand-in plays a further source, whose container is named after it.
FURTHER = {
    f"{EXTRACTOR}-listenbrainz": ("PLAYLAKE_LISTENBRAINZ_API_URL", "listenbrainz/1/"),
    f"{EXTRACTOR}-youtube": ("PLAYLAKE_YOUTUBE_API_URL", "youtube/v3/"),
}


def use_sandbox(template: dict[str, Any], url: str) -> dict[str, Any]:
    """Point the extractors of a template at a sandbox; the argument is not modified.

    Args:
        template: as synthesised, or localised.
        url: the URL under which the tasks reach the sandbox, such as `http://sandbox:8888`.

    Raises:
        ValueError: the template has no extractor.
    """
    pointed: dict[str, Any] = json.loads(json.dumps(template))
    containers = [
        container
        for resource in pointed["Resources"].values()
        if resource["Type"] == "AWS::ECS::TaskDefinition"
        for container in resource["Properties"]["ContainerDefinitions"]
    ]
    if not any(container["Name"] == EXTRACTOR for container in containers):
        raise ValueError(f"the template has no container named {EXTRACTOR}")
    for container in containers:
        if variables := _variables(container["Name"], url.rstrip("/")):
            container.setdefault("Environment", []).extend(
                {"Name": name, "Value": value} for name, value in variables.items()
            )
    return pointed


def _variables(container: str, url: str) -> dict[str, str]:
    pace = {"PLAYLAKE_REQUESTS_PER_SECOND": str(REQUESTS_PER_SECOND)}
    if container == EXTRACTOR:
        return {
            "PLAYLAKE_SPOTIFY_API_URL": f"{url}/v1/",
            "PLAYLAKE_SPOTIFY_TOKEN_URL": f"{url}/api/token",
            **pace,
        }
    if container in FURTHER:
        name, path = FURTHER[container]
        return {name: f"{url}/{path}", **pace}
    return {}
