"""The tags that an account wants on everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# The deployment's own, by which it knows its kept buckets.
PROJECT: Final = "project"
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_TEXT: Final = r"[\w\s+\-=.,_:/@]"
_KEY: Final = re.compile(rf"{_TEXT}{{1,128}}")
_VALUE: Final = re.compile(rf"{_TEXT}{{0,256}}")
# A resource may have fifty tags, an object of S3 ten, and CloudFormation adds three.
_MOST: Final = 40


def check_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Check tags as AWS takes them on every kind of resource."""
    if len(tags) > _MOST:
        raise ValueError(f"there are {len(tags)} tags, and {_MOST} fit beside those of AWS")
    for key, value in tags.items():
        if not _KEY.fullmatch(key) or not _VALUE.fullmatch(value):
            raise ValueError(
                f"AWS takes no tag {key[:140]!r} = {value[:270]!r}: use letters, digits, spaces "
                "and +-=._:/@, up to 128 in a key and 256 in a value"
            )
        if key.lower().startswith("aws:") or key == PROJECT:
            raise ValueError(f"the tag {key!r} is taken: choose another key")
    return dict(tags)
