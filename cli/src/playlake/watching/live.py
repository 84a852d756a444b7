"""Looks at a lake again and again, until the command is stopped."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.live import Live

from playlake.errors import CommandError
from playlake.output.screen import drawn, laid_out, write
from playlake.watching.shown import parts_of, status_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.text import Text

    from playlake.output.screen import Part
    from playlake.watching.status import Seen, Watched

_FEWEST_RUNS = 1


def watch_on_terminal(
    console: Console,
    watched: Watched,
    interval: float,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Show a lake live: what is shown is drawn anew in its place. It ends by an exception.

    A lake that cannot be read is said, and looked at again.
    """
    seen = watched.look()
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        trouble = ""
        while True:
            live.update(_screen(console, seen, trouble), refresh=True)
            sleep(interval)
            try:
                seen, trouble = watched.look(), ""
            except CommandError as error:
                trouble = str(error)


def watch_as_lines(
    console: Console,
    watched: Watched,
    interval: float,
    *,
    to_json: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write a block, or with JSON a line, whenever something has changed. It ends by an exception.

    Raises:
        CommandError: the lake cannot be read.
    """
    before = None
    while True:
        seen = watched.look()
        if seen.key != before:
            text = status_line(seen) if to_json else _block(seen)
            write(console, text)
            before = seen.key
        sleep(interval)


def _block(seen: Seen) -> str:
    at = seen.look.status.at
    return laid_out([f"{at:%Y-%m-%d %H:%M:%S} UTC", *parts_of(seen)], None) + "\n"


def _screen(console: Console, seen: Seen, trouble: str) -> Text:
    """What fits the terminal: the last runs are as many as there is room for."""
    looked = f"Looked at {datetime.now(UTC):%H:%M:%S} UTC"
    space = [] if seen.runs.rows else [""]  # below a table there is one
    foot: list[Part] = [*space, f"{trouble or looked}. Ctrl-C ends it."]
    most = len(seen.runs.rows)
    while True:
        text = drawn(console, [*parts_of(seen, most), *foot])
        if most <= _FEWEST_RUNS or len(console.render_lines(text)) < console.height:
            return text
        most -= 1
