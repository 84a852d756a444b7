"""Writes objects as TMDL: a line an object or a property, and a tab a level.

https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TAB: Final = "\t"


def quoted(name: str) -> str:
    """The name of an object; one with other signs than letters, digits and _ is in quotes."""
    if _PLAIN.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def item(
    declaration: str,
    *,
    text: str = "",
    properties: Iterable[str] = (),
    annotations: Iterable[tuple[str, str]] = (),
    children: Iterable[list[str]] = (),
) -> list[str]:
    """The lines of an object.

    Args:
        declaration: its type and name, and its default property if it has one.
        text: its description; none if empty.
        properties: its properties; a property with an expression has several lines.
        annotations: the names and values of its annotations.
        children: the lines of the objects in it.
    """
    lines = [f"/// {line}" for line in text.splitlines()]
    lines += [*declaration.split("\n"), *_indented(properties)]
    for child in children:
        lines += ["", *_indented(child)]
    for name, value in annotations:
        lines += ["", f"{_TAB}annotation {name} = {value}"]
    return lines


def assigned(left: str, expression: str) -> str:
    """A property or a declaration with an expression; one of several lines is two levels deeper."""
    if "\n" not in expression:
        return f"{left} = {expression}"
    return "\n".join([f"{left} =", *_indented([expression], levels=2)])


def file_text(lines: Iterable[str]) -> str:
    """The text of a file."""
    return "\n".join(lines) + "\n"


def _indented(texts: Iterable[str], levels: int = 1) -> Iterator[str]:
    for text in texts:
        for line in text.split("\n"):
            yield f"{_TAB * levels}{line}" if line else ""
