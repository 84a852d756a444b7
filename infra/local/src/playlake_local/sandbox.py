"""Points the extractor of a template at the stand-in for Spotify."""

from __future__ import annotations

import json
from typing import Any

EXTRACTOR = "extractor"
# The stand-in has no rate limit, so a run need not keep to Spotify's.
REQUESTS_PER_SECOND = 100


def use_sandbox(template: dict[str, Any], url: str) -> dict[str, Any]:
    """Point the extractor of a template at a sandbox; the argument is not modified.

    Args:
        template: as synthesised, or localised.
        url: the URL under which the tasks reach the sandbox, such as `http://sandbox:8888`.

    Raises:
        ValueError: the template has no extractor.
    """
    pointed: dict[str, Any] = json.loads(json.dumps(template))
    extractors = [
        container
        for resource in pointed["Resources"].values()
        if resource["Type"] == "AWS::ECS::TaskDefinition"
        for container in resource["Properties"]["ContainerDefinitions"]
        if container["Name"] == EXTRACTOR
    ]
    if not extractors:
        raise ValueError(f"the template has no container named {EXTRACTOR}")
    for container in extractors:
        container.setdefault("Environment", []).extend(_environment(url.rstrip("/")))
    return pointed


def _environment(url: str) -> list[dict[str, str]]:
    return [
        {"Name": "PLAYLAKE_SPOTIFY_API_URL", "Value": f"{url}/v1/"},
        {"Name": "PLAYLAKE_SPOTIFY_TOKEN_URL", "Value": f"{url}/api/token"},
        {"Name": "PLAYLAKE_REQUESTS_PER_SECOND", "Value": str(REQUESTS_PER_SECOND)},
    ]
