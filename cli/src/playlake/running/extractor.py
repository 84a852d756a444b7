"""Runs the extractor as a process, and reads its events while it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.services.processes import module_command, start, stop
from playlake_contracts.log_events import RunStopped, read_events

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from playlake_contracts.log_events import ExtractorEvent
    from playlake_contracts.runs import RunId

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        status: the exit status of the extractor.
        sentence: one sentence about it for a person, if it is not 0.
        code: the stable code of the error that it stopped with, if it said so.
        reason: the same in one sentence.
    """

    status: int
    sentence: str | None
    code: str | None = None
    reason: str | None = None


def run_extractor(
    environment: Mapping[str, str],
    run_id: RunId,
    log: Path,
    on_event: Callable[[ExtractorEvent], None],
    *,
    options: Sequence[str] = (),
) -> Ended:
    """Run the extractor once.

    Args:
        environment: the whole environment of the process.
        run_id: the id of the run; other runs in the same log are skipped.
        log: the file to which it appends its log.
        on_event: takes each event.
        options: options of the extractor, such as `--full`.
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
    return _ended(process.returncode, stopped, log)


def follow(process: subprocess.Popen[bytes], log: Path, *, offset: int) -> Iterator[bytes]:
    """Yield the lines of a log from an offset on, until the process that writes it ends."""
    rest = b""
    with log.open("rb") as file:
        file.seek(offset)
        while True:
            has_ended = process.poll() is not None  # checked first, so that no line is missed
            *lines, rest = (rest + file.read()).split(b"\n")
            yield from lines
            if has_ended:
                yield rest
                return
            time.sleep(_POLL_SECONDS)


def _ended(status: int, stopped: RunStopped | None, log: Path) -> Ended:
    if status == 0:
        return Ended(status, None)
    if stopped is None:
        return Ended(status, f"the extractor ended with status {status}: see {log}")
    sentence = f"{stopped.reason} ({stopped.code})"
    return Ended(status, sentence, str(stopped.code), stopped.reason)
