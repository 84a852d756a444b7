"""The metadata of a playlist, compared with the last values that were sent.

A source may leave a value out of one response and send it in the next, so null asserts nothing.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import asdict

from playlake_lake.history.values import ChangeKind


class Metadata(msgspec.Struct, frozen=True):
    """The metadata of a playlist; None is a value that was not sent.

    Attributes:
        name: the name.
        description: the description with HTML entities decoded.
        owner: the owner's user id.
        public: whether it shows on the owner's profile.
        collaborative: whether others may edit it.
        cover: the cover, as `cover_of` its address.
    """

    name: str | None = None
    description: str | None = None
    owner: str | None = None
    public: bool | None = None
    collaborative: bool | None = None
    cover: str | None = None


def cover_of(image_url: str | None) -> str | None:
    """The cover that an address leads to: its last segment, because the rest expires daily."""
    if image_url is None:
        return None
    path = image_url.partition("#")[0].partition("?")[0]
    return path.rstrip("/").rpartition("/")[2] or None


def last_sent(before: Metadata, sent: Metadata | None) -> Metadata:
    """The last value of each that was sent; None sends nothing."""
    if sent is None:
        return before
    known = {name: value for name, value in asdict(sent).items() if value is not None}
    return msgspec.structs.replace(before, **known)


def metadata_changes(before: Metadata, sent: Metadata) -> list[tuple[ChangeKind, str, str]]:
    """What changed, with the value before and the value now as texts.

    A value that is sent for the first time is no change.
    """
    old, new = asdict(before), asdict(last_sent(before, sent))
    return [
        (ChangeKind(name), _text(old[name]), _text(new[name]))
        for name in old
        if old[name] is not None and old[name] != new[name]
    ]


def _text(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()
