"""The commands whose growth is measured, in a process of their own and in this one."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from commands import Command
from growing_lakes import END

from playlake.lakes.queries import SINCE, named_queries
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.lakes.queries import NamedQuery

_NOW: Final = END - timedelta(hours=1)
_EARLIER: Final = (END - timedelta(days=20)).date().isoformat()
_DAILY, _SELDOM, _OTHER = "Playlist 1", "Playlist 2", "Playlist 3"
_GIVEN: Final = {"playlist": _DAILY, "other": _OTHER, "at": _EARLIER}
_COMMANDS: Final = {
    "show": ("show", _DAILY),
    "show, seldom changed": ("show", _SELDOM),
    "show --at": ("show", _DAILY, "--at", _EARLIER),
    "diff": ("diff", _DAILY),
    "diff, seldom changed": ("diff", _SELDOM),
    "diff FROM": ("diff", _DAILY, _EARLIER),
    "history": ("history", _DAILY),
}
# The most that a call may take in the oldest lake, in times of the youngest.
_MOST_LOOKING_BACK: Final = 1.5
_MOST_QUERY: Final = 3.0


@dataclass(frozen=True, slots=True)
class Call:
    """A command.

    Attributes:
        name: what it is, for a person.
        arguments: its arguments, but for the lake.
        most: the most that it may take in the oldest lake; None is no limit.
    """

    name: str
    arguments: tuple[str, ...]
    most: float | None

    def process_seconds(self, lake: Path) -> float:
        """The CPU seconds of a process that runs it, from its start to its end."""
        before = _children_seconds()
        command = [sys.executable, "-m", "playlake", *self.arguments, "--lake", str(lake)]
        subprocess.run(command, check=True, capture_output=True)
        return _children_seconds() - before

    def inner_seconds(self, lake: Path) -> float:
        """The CPU seconds of the command in this process, which has loaded all modules before."""
        command = Command(Project.find(os.environ))
        before = time.process_time()
        status = command(*self.arguments, "--lake", str(lake))
        seconds = time.process_time() - before
        if status:
            raise RuntimeError(f"{self.name}: {command.notices}")
        return seconds


def calls(days: int | None = None) -> list[Call]:
    """The commands that look back, and the named queries.

    Args:
        days: the number of days that queries read; None: each query its own, and all commands.
    """
    queries = named_queries(Project.find(os.environ).queries)
    if days is not None:
        since = (END - timedelta(days=days)).date().isoformat()
        return [_query(query, {SINCE: since}) for query in queries.values() if SINCE in _of(query)]
    return [*_looking_back(), *(_query(query, {}) for query in queries.values())]


def _looking_back() -> Iterator[Call]:
    for name, arguments in _COMMANDS.items():
        yield Call(name, arguments, None if name == "history" else _MOST_LOOKING_BACK)


def _query(query: NamedQuery, given: dict[str, str]) -> Call:
    """A named query as if it was asked on the last day of the lakes."""
    needed = {name: _GIVEN[name] for name in _of(query) if name in _GIVEN}
    values = query.bind(needed | given, _NOW)
    written = (f"{name}={needed.get(name, value)}" for name, value in values.items())
    parameters = (text for each in written for text in ("--param", each))
    arguments = ("query", "--name", query.name, "--limit", "100", *parameters)
    return Call(query.name if SINCE in given else _title(query), arguments, _MOST_QUERY)


def _of(query: NamedQuery) -> set[str]:
    return {parameter.name for parameter in query.parameters}


def _title(query: NamedQuery) -> str:
    """Its name, and the days that it reads by default."""
    defaults = (each.default for each in query.parameters if each.name == SINCE)
    since = next(defaults, None) or ""
    days = since.removesuffix(" days ago")
    return query.name if days == since else f"{query.name}, {days} d"


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
