"""The images of a release, by digest, as its file `images.json` names them.

The workflow of a release writes the file with `scripts/released_images.py`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playlake_contracts.version import VERSION
from playlake_infra.compute.images import NO_IMAGES, SERVICES, TAG_PARAMETER, image_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_IMAGE = re.compile(r"[a-z0-9.-]+/[a-z0-9._/-]+@sha256:[0-9a-f]{64}")
_OTHERWISE = "or deploy your own images with TAG=…, or create the resources only with TAG=none"


class NoReleasedImagesError(Exception):
    """There are no released images that fit; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ImageChoice:
    """The images that a deployment runs.

    Attributes:
        tag: the tag of your own images; None without them.
        released: the released image of each service; empty without them.
    """

    tag: str | None
    released: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to run."""
        return self.tag is None and not self.released

    @property
    def parameters(self) -> dict[str, str]:
        """The values of all the parameters that choose images."""
        released = {image_parameter(name): self.released.get(name, NO_IMAGES) for name in SERVICES}
        return {TAG_PARAMETER: self.tag or NO_IMAGES, **released}


def choose_images(tag: str | None, released: Path) -> ImageChoice:
    """Choose your own images if a tag is given, none if it is `none`, else those of a release.

    Raises:
        NoReleasedImagesError: there is no file of released images, or it is of another release.
    """
    if tag is not None:
        return ImageChoice(None if tag == NO_IMAGES else tag, {})
    return ImageChoice(None, _read(released))


def _read(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoReleasedImagesError(
            f"there is no {path}: download it from the release v{VERSION}, if it is published, "
            f"{_OTHERWISE}"
        ) from None
    except (OSError, ValueError) as error:
        raise NoReleasedImagesError(
            f"{path} cannot be read ({error}): download it again, {_OTHERWISE}"
        ) from error
    return _checked(path, content)


def _checked(path: Path, content: Any) -> dict[str, str]:  # noqa: ANN401  any JSON
    version = content.get("version") if isinstance(content, dict) else None
    images = content.get("images") if isinstance(content, dict) else None
    if version != VERSION:
        raise NoReleasedImagesError(
            f"{path} is of release {version}, but this is {VERSION}: download that of release "
            f"v{VERSION}, or check out v{version}"
        )
    found = {name: str((images or {}).get(name)) for name in SERVICES}
    if wrong := [name for name, image in found.items() if not _IMAGE.fullmatch(image)]:
        raise NoReleasedImagesError(
            f"{path} names no image with a digest for {' and '.join(wrong)}: download it again"
        )
    return found
