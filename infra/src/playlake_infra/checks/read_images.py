"""Reads the architectures that an image in ECR is built for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_SECONDS = 10
# What an index names beside images, such as a build's provenance.
_NO_IMAGE = "unknown"


def read_architectures(ecr: ECRClient, repository: str, tag: str) -> frozenset[str] | None:
    """Read the architectures of an image; None if it is not pushed.

    Raises:
        ClientError: AWS refuses a request.
        HTTPError: the configuration of the image cannot be fetched.
    """
    try:
        answer = ecr.batch_get_image(
            repositoryName=repository,
            imageIds=[{"imageTag": tag}],
            acceptedMediaTypes=[*_INDEXES, *_MANIFESTS],
        )
    except ecr.exceptions.RepositoryNotFoundException:
        return None
    if not answer["images"]:
        return None
    manifest = json.loads(answer["images"][0]["imageManifest"])
    if "manifests" in manifest:
        found = {each.get("platform", {}).get("architecture") for each in manifest["manifests"]}
        return frozenset(found - {None, _NO_IMAGE})
    return frozenset({_configuration(ecr, repository, manifest)["architecture"]})


def _configuration(ecr: ECRClient, repository: str, manifest: Any) -> Any:  # noqa: ANN401  JSON
    """The configuration of an image for one platform, which alone names the platform."""
    layer = ecr.get_download_url_for_layer(
        repositoryName=repository, layerDigest=manifest["config"]["digest"]
    )
    answer = urllib3.request("GET", layer["downloadUrl"], timeout=_SECONDS)
    if answer.status != HTTPStatus.OK:
        raise urllib3.exceptions.HTTPError(f"{answer.status} for the configuration of {repository}")
    return answer.json()
