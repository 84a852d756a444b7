"""What would make a deployment fail, judged by what AWS has: a sentence for each problem."""

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

# A bucket of another account is answered by 403, one of another region by 301 or 400.
_NOT_OURS = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN})
# Everything that S3 may say of a bucket; whatever else it answers is no answer.
ANSWERS = _NOT_OURS | {HTTPStatus.OK, HTTPStatus.NOT_FOUND}
# What Secrets Manager generates has capitals; Spotify's secrets are 32 hexadecimal digits.
_GENERATED = re.compile(r"(?=.*[A-Z])[A-Za-z0-9]{32}")


@dataclass(frozen=True, slots=True)
class Services:
    """What the services would start from.

    Attributes:
        secret_name: the name of the secret with Spotify's credentials.
        secret: its content; None: there is no such secret.
        missing_images: images that nobody has pushed, as `repository:tag`.
    """

    secret_name: str
    secret: str | None
    missing_images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What AWS has under the names of a deployment.

    Attributes:
        buckets: the status with which S3 answers for each bucket when it is asked for as ours.
        services: what the services would start from; None: none is to start.
    """

    buckets: Mapping[str, int]
    services: Services | None


def verdicts(found: Found) -> list[str]:
    """Every problem; none: the deployment can begin."""
    problems = [*_of_buckets(found.buckets)]
    if found.services is not None:
        problems += _of_secret(found.services.secret_name, found.services.secret)
        problems += _of_images(found.services.missing_images)
    return problems


def _of_buckets(buckets: Mapping[str, int]) -> Iterator[str]:
    for name, status in buckets.items():
        if status in _NOT_OURS:
            yield (
                f"the bucket {name} is another account's, or in another region, or you may not "
                "list it: choose another name in the settings"
            )


def _of_secret(name: str, content: str | None) -> Iterator[str]:
    if content is None:
        yield f"there is no secret {name}: deploy without TAG first, then fill it in"
        return
    values = _values(content)
    lacking = [key for key in KEYS if not _is_given(values.get(key))]
    if CLIENT_ID in lacking or {CLIENT_SECRET, REFRESH_TOKEN} <= set(lacking):
        yield (
            f"the secret {name} lacks {', '.join(lacking)}: store them there by "
            f"`playlake login --to secretsmanager:{name}`"
        )
    placeholders = [key for key in KEYS if _is_placeholder(key, values.get(key))]
    if placeholders:
        yield (
            f"the secret {name} still has the placeholder of {', '.join(placeholders)}: put in "
            "what Spotify gave you"
        )


def _of_images(missing: Iterable[str]) -> Iterator[str]:
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
