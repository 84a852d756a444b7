"""The problems that would make a deployment fail, found in the state of AWS."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playlake_infra.checks.account_checks import account_problems, stack_notes, stack_problems
from playlake_infra.checks.bucket_checks import bucket_problems, import_notes, key_problems
from playlake_infra.data.spotify_secret import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    PLACEHOLDER,
    REFRESH_TOKEN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_infra.checks.aws_state import AwsState, ServiceInputs
    from playlake_infra.place import Place
    from playlake_infra.settings import Settings

# A generated password has capitals; a client secret of Spotify is 32 hexadecimal digits.
_GENERATED = re.compile(r"(?=.*[A-Z])[A-Za-z0-9]{32}")


# The platform of the tasks; Fargate starts no image without it.
ARCHITECTURE = "arm64"


def find_problems(settings: Settings, place: Place, state: AwsState) -> list[str]:
    """List the problems, a sentence each; without any the deployment can begin."""
    problems = [
        *stack_problems(settings.name, state.stack),
        *account_problems(settings, place, state),
        *bucket_problems(settings, state.buckets),
        *key_problems(state.keys),
    ]
    if state.services is not None:
        problems += service_problems(state.services)
    return problems


def find_notes(settings: Settings, state: AwsState) -> list[str]:
    """List what should be known before the deployment begins, a sentence each."""
    return [
        *state.unread,
        *stack_notes(settings.name, state.stack),
        *import_notes(state.buckets),
        *([] if state.services is None else map(_empty_note, state.services.empty)),
    ]


def service_problems(services: ServiceInputs) -> list[str]:
    """List what the services lack, a sentence each."""
    problems: list[str] = []
    if services.is_secret_read:
        problems += _secret_problems(services.secret_name, services.secret)
    return [
        *problems,
        *_image_problems(services.images),
        *(
            f"the image {image} cannot be pulled without a login, as Fargate does: check that the "
            "release is published and its packages are public, or copy it and deploy with TAG=…"
            for image in services.private
        ),
    ]


def _secret_problems(name: str, content: str | None) -> Iterator[str]:
    if content is None:
        yield f"there is no secret {name}: deploy with TAG=none first, then fill it in"
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


def _empty_note(name: str) -> str:
    return (
        f"the secret {name} has no value yet, and without one no run of its source can start: "
        f"after this deployment, store it with `aws secretsmanager put-secret-value --secret-id "
        f"{name} --secret-string …`"
    )


def _image_problems(images: Mapping[str, frozenset[str] | None]) -> Iterator[str]:
    for image, architectures in images.items():
        if architectures is None:
            yield f"there is no image {image}: push it first"
        elif ARCHITECTURE not in architectures:
            found = ", ".join(sorted(architectures)) or "no platform"
            yield (
                f"the image {image} is for {found}, and the tasks run on {ARCHITECTURE}: build it "
                f"with `docker buildx build --platform linux/{ARCHITECTURE}` under another tag"
            )


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
