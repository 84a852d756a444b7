"""The problems that would make a deployment fail, found in the state of AWS."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from playlake_infra.data.spotify_secret import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    PLACEHOLDER,
    REFRESH_TOKEN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# S3 answers 403 for a bucket of another account, 301 or 400 for one in another region.
_NOT_USABLE = frozenset(
    {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}
)
# The statuses that say something about a bucket; every other status is an error of S3.
BUCKET_STATUSES = _NOT_USABLE | {HTTPStatus.OK, HTTPStatus.NOT_FOUND}
# A generated password has capitals; a client secret of Spotify is 32 hexadecimal digits.
_GENERATED = re.compile(r"(?=.*[A-Z])[A-Za-z0-9]{32}")


@dataclass(frozen=True, slots=True)
class ServiceInputs:
    """What the services need before they can start.

    Attributes:
        secret_name: the name of the secret with Spotify's credentials.
        secret: the secret's content; None if there is no such secret.
        missing_images: images that are not pushed, as `repository:tag`.
    """

    secret_name: str
    secret: str | None
    missing_images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwsState:
    """The state of AWS that a deployment depends on.

    Attributes:
        buckets: the status of a HEAD request for each bucket, with this account as expected owner.
        services: what the services need; None if no service is to start.
    """

    buckets: Mapping[str, int]
    services: ServiceInputs | None


def find_problems(state: AwsState) -> list[str]:
    """List the problems, a sentence each; without any the deployment can begin."""
    problems = [*_bucket_problems(state.buckets)]
    if state.services is not None:
        problems += _secret_problems(state.services.secret_name, state.services.secret)
        problems += _image_problems(state.services.missing_images)
    return problems


def _bucket_problems(buckets: Mapping[str, int]) -> Iterator[str]:
    for name, status in buckets.items():
        if status in _NOT_USABLE:
            yield (
                f"the bucket {name} belongs to another account, is in another region, or you may "
                "not list it: choose another name in the settings"
            )


def _secret_problems(name: str, content: str | None) -> Iterator[str]:
    if content is None:
        yield f"there is no secret {name}: deploy without TAG first, then fill it in"
        return
    values = _values(content)
    lacking = [key for key in KEYS if not _is_given(values.get(key))]
    if CLIENT_ID in lacking or {CLIENT_SECRET, REFRESH_TOKEN} <= set(lacking):
        yield (
            f"the secret {name} lacks {', '.join(lacking)}: store them with "
            f"`playlake login --to secretsmanager:{name}`"
        )
    placeholders = [key for key in KEYS if _is_placeholder(key, values.get(key))]
    if placeholders:
        yield (
            f"the secret {name} still has the placeholder of {', '.join(placeholders)}: replace "
            "it with the value from Spotify"
        )


def _image_problems(missing: Iterable[str]) -> Iterator[str]:
    for image in missing:
        yield f"there is no image {image}: push it first"


def _values(content: str) -> dict[str, Any]:
    try:
        values = json.loads(content)
    except json.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}


def _is_given(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_placeholder(key: str, value: object) -> bool:
    if key == CLIENT_SECRET and isinstance(value, str) and _GENERATED.fullmatch(value):
        return True
    return value == PLACEHOLDER
