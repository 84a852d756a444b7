"""Print how long the functions of some source trees are, in lines from `def` to their end."""

from __future__ import annotations

import ast
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SHOWN = 10


class Function(NamedTuple):
    """A function: its length in lines without its docstring, where it is, its name."""

    lines: int
    place: str
    name: str


def main(roots: list[str]) -> None:
    """Print the median, the ninetieth percentile and the longest functions below the roots."""
    files = [file for root in roots for file in sorted(Path(root).rglob("*.py"))]
    functions = sorted(function for file in files for function in _functions(file))
    lengths = [function.lines for function in functions]
    modules = [len(file.read_text().splitlines()) for file in files]
    print(
        f"{len(functions)} functions: median {statistics.median(lengths):g} lines, "
        f"p90 {statistics.quantiles(lengths, n=10)[-1]:g}, longest {lengths[-1]}; "
        f"{len(files)} modules: median {statistics.median(modules):g} lines"
    )
    for function in reversed(functions[-LONGEST_SHOWN:]):
        print(f"{function.lines:4}  {function.name}  {function.place}")


def _functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(_length(node), f"{file}:{node.lineno}", node.name)


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last statement, less the docstring."""
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


if __name__ == "__main__":
    main(sys.argv[1:])
