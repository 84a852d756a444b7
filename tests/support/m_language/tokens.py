"""The tokens of M."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from m_language.values import MError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<nothing>\s+|//[^\n]*)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>\#?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)
    |(?P<sign>=>|<>|<=|>=|[=<>+\-*/&(){}\[\],])
    """,
    re.VERBOSE | re.ASCII,
)
_ESCAPES = {"#(lf)": "\n", "#(cr)": "\r", "#(tab)": "\t", "#(#)": "#"}
_ESCAPE = re.compile(r"#\((?:lf|cr|tab|#)\)")
KEYWORDS = frozenset(
    ("and", "as", "each", "else", "error", "false", "if", "in", "is", "let", "meta", "not", "null",
     "nullable", "or", "then", "true", "type")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its value, and where it stands."""

    kind: str
    value: str
    at: int


def tokens(source: str) -> Iterator[Token]:
    """The tokens of an expression, and one of the kind `end` at last."""
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise MError(f"this is no M: {source[at : at + 40]!r}")
        kind = match.lastgroup or ""
        if kind == "text":
            yield Token(kind, _unescaped(match[0]), at)
        elif kind == "name" and match[0] in KEYWORDS:
            yield Token("keyword", match[0], at)
        elif kind != "nothing":
            yield Token(kind, match[0], at)
        at = match.end()
    yield Token("end", "", at)


def _unescaped(literal: str) -> str:
    text = literal[1:-1].replace('""', '"')
    rest = _ESCAPE.sub("", text)
    if "#(" in rest:
        raise MError(f"{literal} has an escape that is unknown here")
    return _ESCAPE.sub(lambda match: _ESCAPES[match[0]], text)
