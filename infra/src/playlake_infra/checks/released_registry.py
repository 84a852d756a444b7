"""Asks the registry of a released image whether anybody may pull it, as Fargate does.

A package on GHCR is private until its owner makes it public.
https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
"""

from __future__ import annotations

from http import HTTPStatus

import urllib3

_SECONDS = 5
_ACCEPTED = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


def is_public(image: str, *, scheme: str = "https") -> bool:
    """Ask whether an image, named with its registry and digest, can be pulled without a login.

    Raises:
        HTTPError: the registry does not answer, or with an error of its own.
    """
    registry, _, rest = image.partition("/")
    name, _, digest = rest.partition("@")
    address = f"{scheme}://{registry}"
    fields = {"scope": f"repository:{name}:pull", "service": registry}
    token = _get(f"{address}/token", fields=fields)
    if token is None:
        return False
    headers = {"Accept": _ACCEPTED, "Authorization": f"Bearer {token.json()['token']}"}
    return _get(f"{address}/v2/{name}/manifests/{digest}", headers=headers) is not None


def _get(
    url: str, *, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> urllib3.BaseHTTPResponse | None:
    """Get a page; None if it is refused or is not there."""
    answer = urllib3.request(
        "GET", url, fields=fields, headers=headers, timeout=_SECONDS, retries=False
    )
    if answer.status in _REFUSED:
        return None
    if answer.status != HTTPStatus.OK:
        raise urllib3.exceptions.HTTPError(f"{url} answers {answer.status}")
    return answer
