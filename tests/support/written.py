"""What is written for people: every page and every string of the sources, and examples in them."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("cli", "infra", "libs", "services")
# Stands where a text has a value that only a running program knows.
PLACEHOLDER = "\0"

_IN_BACKTICKS = re.compile(r"`(?:\.venv/bin/)?playlake (?P<arguments>[^`]+)`")
_ON_A_LINE = re.compile(
    r"^(?:\\b|[ \t$]*)?(?:.*\| )?(?:\.venv/bin/)?playlake (?P<arguments>\S.*)$", re.MULTILINE
)
# Examples are followed by what they do, further to the right.
_EXPLANATION = re.compile(r"\s{2,}.*|\s# .*")


@cache
def texts() -> tuple[str, ...]:
    """Every page, and every string of every source; what is filled in is a placeholder."""
    pages = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / ".env.example")
    sources = [path for folder in SOURCES for path in (ROOT / folder).rglob("src/**/*.py")]
    return (
        *(page.read_text(encoding="utf-8") for page in pages),
        *(text for source in sources for text in _strings(source)),
    )


def found(pattern: str) -> list[str]:
    """Everything in the texts that matches, once."""
    matches = re.compile(pattern)
    return sorted({match[0] for text in texts() for match in matches.finditer(text)})


def command_lines() -> list[tuple[str, ...]]:
    """The arguments of every `playlake ...` in the texts that is in backticks or a line's own."""
    written = {
        _EXPLANATION.sub("", match["arguments"])
        for text in texts()
        for form in (_IN_BACKTICKS, _ON_A_LINE)
        for match in form.finditer(text)
    }
    return sorted({tuple(_arguments(line)) for line in written})


def _arguments(line: str) -> list[str]:
    """The words of a command line up to what its shell does with the output."""
    words = shlex.shlex(line, posix=True, punctuation_chars="|>")
    words.whitespace_split = True
    words.commenters = ""
    return list(_until_a_redirection(words))


def _until_a_redirection(words: shlex.shlex) -> Iterator[str]:
    for word in words:
        if word in {"|", ">"}:
            return
        yield word


def _strings(source: Path) -> Iterator[str]:
    parts = set()
    for node in ast.walk(
        ast.parse(source.read_text(encoding="utf-8"))
    ):  # a text comes before its parts
        if isinstance(node, ast.FormattedValue):
            parts.add(id(node.format_spec))
        elif isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in node.values}
            if id(node) not in parts:
                yield "".join(map(_part, node.values))
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            yield str(node.value)


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else PLACEHOLDER
