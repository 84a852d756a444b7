"""Changes in words and signs, the same on a screen, in a feed and wherever else they are told."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_lake.history.values import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# In the order in which changes are told.
_SIGNS: Final[Mapping[ChangeKind, str]] = MappingProxyType(
    {
        ChangeKind.GONE: "x",
        ChangeKind.RETURNED: "o",
        ChangeKind.NAME: "~",
        ChangeKind.DESCRIPTION: "~",
        ChangeKind.OWNER: "~",
        ChangeKind.PUBLIC: "~",
        ChangeKind.COLLABORATIVE: "~",
        ChangeKind.COVER: "~",
        ChangeKind.ADDED: "+",
        ChangeKind.REMOVED: "-",
        ChangeKind.READDED: "*",
        ChangeKind.UNAVAILABLE: "!",
        ChangeKind.AVAILABLE: "^",
        ChangeKind.MOVED: ">",
    }
)
# What a playlist as a whole may do. All others are changes of entries.
OF_PLAYLIST: Final = frozenset(list(_SIGNS)[:8])


def sign(kind: ChangeKind) -> str:
    """The symbol of a kind of change."""
    return _SIGNS[kind]


def in_order(kinds: Iterable[ChangeKind]) -> list[ChangeKind]:
    """Kinds of changes in the order in which they are told, each once."""
    found = set(kinds)
    return [kind for kind in _SIGNS if kind in found]


def summary(kinds: Iterable[ChangeKind]) -> str:
    """Changes of a playlist and its entries as counts, such as `new name, 2 added, 1 removed`."""
    every = [*kinds]
    return ", ".join(_counted(kind, every.count(kind)) for kind in in_order(every))


def places(first: int, count: int) -> str:
    """Neighbouring positions, counted from 1, such as `5-9`.

    Args:
        first: the first one, from 0.
        count: how many they are.
    """
    return f"{first + 1}" if count == 1 else f"{first + 1}-{first + count}"


def _counted(kind: ChangeKind, count: int) -> str:
    if sign(kind) == "~":
        return f"new {kind}"
    return kind.value if kind in OF_PLAYLIST else f"{count:,} {kind}"
