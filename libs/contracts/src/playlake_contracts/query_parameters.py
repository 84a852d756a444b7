"""The parameters of named queries: how the head of a file declares them, where its SQL uses them.

A file of `queries/` opens with comment lines: first the description, then a line for each
parameter, with its type, its default if it has one, and its meaning:

    -- The songs that were added.
    -- parameter playlist (text): id or name of the playlist
    -- parameter since (day, 7 days ago): the first day that is read

The SQL names a parameter with a dollar sign, such as `$since`, as often as it needs it. Instead of
a type there can be the words that are allowed, such as `longest or shortest`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMENT: Final = "--"
_DECLARES: Final = "parameter "
_OR: Final = " or "
_PARAMETER: Final = re.compile(
    r"parameter (?P<name>[a-z][a-z_]*) "
    r"\((?P<kind>[a-z]+(?: or [a-z]+)*)(?:, (?P<default>[^()]+))?\): (?P<meaning>\S.*)",
    re.ASCII,
)
# Comments, texts and quoted names have no parameters.
_TOKEN: Final = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL | re.ASCII,
)


class Kind(StrEnum):
    """The types of parameters. A day and a month are text, as in the columns of the tables.

    The head of a query names the words of a choice instead.
    """

    TEXT = "text"
    INTEGER = "integer"
    DAY = "day"
    MONTH = "month"
    TIMESTAMP = "timestamp"
    CHOICE = "choice"


_TYPES: Final = tuple(kind for kind in Kind if kind is not Kind.CHOICE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query.

    Attributes:
        name: the name that the SQL has behind a dollar sign.
        kind: the type.
        default: the value as a person would write it; None: it has to be given.
        meaning: what it means, for a person.
        choices: the words of a choice; of other types there are none.
    """

    name: str
    kind: Kind
    default: str | None
    meaning: str
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        default = "" if self.default is None else f", {self.default}"
        return f"{self.name} ({_OR.join(self.choices) or self.kind}{default}): {self.meaning}"


def parse_head(sql: str) -> tuple[str, tuple[Parameter, ...]]:
    """The description that opens a query, and its parameters.

    Raises:
        ValueError: a parameter is not declared in the documented form, or twice.
    """
    lines = takewhile(lambda line: line.startswith(_COMMENT), sql.splitlines())
    texts = [line.removeprefix(_COMMENT).strip() for line in lines]
    parameters = tuple(map(_parameter, filter(_declares, texts)))
    if len({parameter.name for parameter in parameters}) < len(parameters):
        raise ValueError("a parameter is declared twice")
    return " ".join(text for text in texts if not _declares(text)).strip(), parameters


def used_parameters(sql: str) -> list[str]:
    """The names of the parameters in the SQL, in order, as often as each occurs."""
    return [match["name"] for match in _uses(sql)]


def filled(sql: str, texts: Mapping[str, str]) -> str:
    """The SQL with a text in the place of each parameter.

    Raises:
        KeyError: a parameter has no text.
    """
    return _TOKEN.sub(lambda match: texts[match["name"]] if match["name"] else match[0], sql)


def with_question_marks(sql: str) -> str:
    """The SQL with a question mark, and the name as a comment, for each use of a parameter.

    Athena wants it so:
    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    return filled(sql, {name: f"? /* {name} */" for name in used_parameters(sql)})


def _uses(sql: str) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(sql) if match["name"])


def _declares(text: str) -> bool:
    return text.startswith(_DECLARES)


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    words = match["kind"].split(_OR) if match else []
    kind = Kind.CHOICE if len(words) > 1 else next((one for one in _TYPES if [one] == words), None)
    if match is None or kind is None:
        raise ValueError(
            f"{text!r} declares no parameter: write `parameter NAME (TYPE): MEANING`, or "
            f"`(TYPE, DEFAULT)`; the types are {', '.join(_TYPES)}, or words such as `up or down`"
        )
    choices = tuple(words) if kind is Kind.CHOICE else ()
    return Parameter(match["name"], kind, match["default"], match["meaning"], choices)
