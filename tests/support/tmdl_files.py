"""A strict parser of TMDL, as our files have it: one tab a level, an object or a property a line.

https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"(?:[A-Za-z_][A-Za-z0-9_]*|'(?:[^']|'')+')"
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Every type of object, the one in which it stands, and what its properties are.
_TYPES = {
    "database": ("", {"compatibilityLevel"}),
    "model": ("", {"culture", "defaultPowerBIDataSourceVersion", "sourceQueryCulture"}),
    "dataAccessOptions": ("model", {"legacyRedirects"}),
    "expression": ("", {"lineageTag"}),
    "relationship": ("", {"fromColumn", "toColumn"}),
    "table": ("", {"isHidden", "lineageTag", "dataCategory"}),
    "measure": ("table", {"formatString", "lineageTag"}),
    "column": (
        "table",
        {"dataType", "isHidden", "isKey", "formatString", "lineageTag", "summarizeBy",
         "sourceColumn"},
    ),
    "partition": ("table", {"mode", "source"}),
}  # fmt: skip
_FLAGS = {"isHidden", "isKey", "legacyRedirects"}
_OBJECT = re.compile(
    rf"(?P<type>{'|'.join(_TYPES)})(?: (?P<name>{_NAME}|{_GUID}))?(?: =(?P<value>.*))?", re.ASCII
)
_PROPERTY = re.compile(r"(?P<name>[a-zA-Z]+)(?P<sign>:| =)(?: (?P<value>.*))?", re.ASCII)
_REFERENCE = re.compile(rf"ref table (?P<name>{_NAME})", re.ASCII)
_ANNOTATION = re.compile(r"annotation (?P<name>[A-Za-z_]+) = (?P<value>.+)", re.ASCII)


class TmdlError(Exception):
    """The text is no TMDL, or has what we do not write."""


@dataclass(slots=True)
class Item:
    """An object: its type, its name, its default property, and what is in it."""

    type: str
    name: str = ""
    value: str = ""
    text: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Item]:
        """The objects of a type in it, by their names."""
        return {item.name: item for item in self.items if item.type == kind}


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    text: str
    number: int


def parse_file(text: str) -> list[Item]:
    """The objects of a file.

    Raises:
        TmdlError: a line is none that TMDL has there.
    """
    if not text.endswith("\n") or "\r" in text:
        raise TmdlError("a file ends with a line break, and has no other ones than line feeds")
    lines = list(_lines(text))
    root = Item("")
    rest = _read(root, lines, 0)
    if rest:
        raise TmdlError(f"line {rest[0].number} is too deep: {rest[0].text}")
    return root.items


def unquoted(name: str) -> str:
    """A name without its quotes."""
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.splitlines(), 1):
        if line:
            inner = line.lstrip("\t")
            if inner != inner.rstrip() or not inner:
                raise TmdlError(f"line {number} has spaces at its end")
            yield _Line(len(line) - len(inner), inner, number)


def _read(parent: Item, lines: list[_Line], depth: int) -> list[_Line]:
    """Read what stands in an object; returns the lines after it."""
    described: list[str] = []
    while lines and lines[0].depth == depth:
        line, *lines = lines
        if line.text.startswith("/// "):
            described.append(line.text.removeprefix("/// "))
            continue
        lines = _read_line(parent, line, lines, "\n".join(described))
        described = []
    if described:
        raise TmdlError(f"nothing follows the description {described}")
    return lines


def _read_line(parent: Item, line: _Line, lines: list[_Line], text: str) -> list[_Line]:
    if match := _ANNOTATION.fullmatch(line.text):
        _put(parent.annotations if parent.type else {}, match["name"], match["value"], line)
        if not parent.type and parent.items[0].type != "model":
            raise TmdlError(f"line {line.number}: the annotation belongs to nothing")
        return lines
    if match := _REFERENCE.fullmatch(line.text):
        parent.items[0].references.append(unquoted(match["name"]))
        return lines
    match = _OBJECT.fullmatch(line.text)
    if match and _TYPES[match["type"]][0] == parent.type:
        item = Item(match["type"], unquoted(match["name"] or ""), text=text)
        item.value, lines = _expression(match["value"], lines, line.depth)
        if item.name in parent.of(item.type):
            raise TmdlError(f"line {line.number}: {item.name} is there twice")
        parent.items.append(item)
        return _read(item, lines, line.depth + 1)
    if text:
        raise TmdlError(f"line {line.number}: a property has no description")
    return _read_property(parent, line, lines)


def _read_property(parent: Item, line: _Line, lines: list[_Line]) -> list[_Line]:
    allowed = _TYPES[parent.type][1] if parent.type else set()
    if line.text in _FLAGS & allowed:
        _put(parent.properties, line.text, "true", line)
        return lines
    match = _PROPERTY.fullmatch(line.text)
    if match is None or match["name"] not in allowed - _FLAGS:
        raise TmdlError(f"line {line.number} is unknown in {parent.type or 'a file'}: {line.text}")
    if match["sign"] == ":":
        if not match["value"] or match["value"][0] in "\"'":
            raise TmdlError(f"line {line.number}: the value is empty or in quotes")
        _put(parent.properties, match["name"], match["value"], line)
        return lines
    value, lines = _expression(match["value"] or "", lines, line.depth)
    _put(parent.properties, match["name"], value, line)
    return lines


def _expression(first: str | None, lines: list[_Line], depth: int) -> tuple[str, list[_Line]]:
    """An expression: the rest of the line, or the deeper lines that follow."""
    if first is None:
        return "", lines
    if first.strip():
        return first.strip(), lines
    inner = []
    while lines and lines[0].depth >= depth + 2:
        line, *lines = lines
        inner.append("\t" * (line.depth - depth - 2) + line.text)
    if not inner:
        raise TmdlError("an expression has no line, or one that is not two levels deeper")
    return "\n".join(inner), lines


def _put(values: dict[str, str], name: str, value: str, line: _Line) -> None:
    if name in values:
        raise TmdlError(f"line {line.number}: {name} is there twice")
    values[name] = value
