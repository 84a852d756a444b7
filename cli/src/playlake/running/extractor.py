"""Runs the extractor as a process, and reads its events while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.processes import module_command, start, stop
from playlake.running.following import follow
from playlake_contracts.log_events import RunStopped, read_events

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from playlake_contracts.log_events import ExtractorEvent
    from playlake_contracts.runs import RunId


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit status, and one sentence where that is not 0."""

    status: int
    sentence: str | None


def extract(
    environment: Mapping[str, str],
    run_id: RunId,
    log: Path,
    on_event: Callable[[ExtractorEvent], None],
    *,
    options: Sequence[str] = (),
) -> Ended:
    """Run the extractor once.

    Args:
        environment: everything that it sees.
        run_id: the run that the environment makes of it.
        log: where it writes.
        on_event: takes every event.
        options: its own, such as `--full`.
    """
    offset = log.stat().st_size if log.exists() else 0
    command = [*module_command("extractor"), *options]
    process = start(command, environment, log)
    stopped = None
    try:
        for event in read_events(follow(process, log, offset=offset), str(run_id)):
            on_event(event)
            stopped = event if isinstance(event, RunStopped) else stopped
    finally:
        stop(process)
    return Ended(process.returncode, _sentence(process.returncode, stopped, log))


def _sentence(status: int, stopped: RunStopped | None, log: Path) -> str | None:
    if status == 0:
        return None
    if stopped is None:
        return f"the extractor ended with status {status}: see {log}"
    return f"{stopped.reason} ({stopped.code})"
