"""Shows a run: on a terminal as a bar, otherwise as lines."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from playlake.output.text import safe_text
from playlake.running.sentences import sentence_of
from playlake_contracts.log_events import (
    DetailsAccounted,
    DetailsPlanned,
    PlaylistAccounted,
    PlaylistProgress,
    RunFinished,
    RunPlanned,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake.invocation import Invocation
    from playlake_contracts.log_events import ExtractorEvent

_READING, _DETAILS = "Reading playlists", "Reading details"


@contextmanager
def shown(here: Invocation) -> Iterator[Callable[[ExtractorEvent], None]]:
    """Show a run while a block runs; yields the function that takes each event."""
    if not here.notices.is_terminal:
        yield lambda event: _say(here, event)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
        Countdown(),
    )
    with Progress(*columns, console=here.notices, transient=True) as progress:
        bar = Bar(progress)
        yield lambda event: bar.see(here, event)


class Bar:
    """The progress bar of a run; it has no total until the plan is known."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task(
            _READING, total=None, detail="", waiting=None, waits_until=0.0
        )

    def see(self, here: Invocation, event: ExtractorEvent) -> None:
        """Show an event."""
        match event:
            case RunPlanned():
                self._update(total=event.playlists)
            case Waiting():
                self._update(waiting=event.reason, waits_until=time.monotonic() + event.seconds)
                return
            case PlaylistProgress():
                self._update(detail=_entries(event), waiting=None)
            case PlaylistAccounted():
                self._update(advance=1, detail="", waiting=None)
                self._count(event.requests)
            case DetailsPlanned():
                total = min(event.due, event.budget)
                self._update(description=_DETAILS, total=total, completed=0, waiting=None)
            case DetailsAccounted():
                self._update(advance=1, waiting=None)
                self._count(event.requests)
            case RunFinished():
                done = event.configured
                self._update(description=_READING, total=done, completed=done, waiting=None)
                self._count(event.requests)
        _say(here, event)

    def _count(self, requests: int | None) -> None:
        if requests is not None:
            self._update(detail=f"{requests:,} requests")

    def _update(self, **fields: Any) -> None:  # noqa: ANN401  the bar's own and our fields
        self._progress.update(self._task, **fields)


class Countdown(ProgressColumn):
    """Shows the seconds that are left of a wait, and its reason."""

    def render(self, task: Task) -> Text:
        """The current wait of a task; empty if there is none."""
        left = task.fields["waits_until"] - time.monotonic()
        if task.fields["waiting"] is None or left <= 0:
            return Text()
        return Text(f"waiting {left:.0f} s: ").append_text(safe_text(task.fields["waiting"]))


def _entries(event: PlaylistProgress) -> str:
    of_total = "" if event.total is None else f" of {event.total:,}"
    return f"entry {event.entries:,}{of_total}"


def _say(here: Invocation, event: ExtractorEvent) -> None:
    sentence = sentence_of(event)
    if sentence is not None:
        here.say(safe_text(sentence).plain)
